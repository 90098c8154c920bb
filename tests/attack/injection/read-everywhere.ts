import { canariesIn } from './canaries.ts';
import type { Council } from './council.ts';
import { AgentRefusal } from './deliberation.ts';
import { hiddenCharacters, textsIn } from './forbidden-effect.ts';
import type { Outcome, Reading } from './outcome.ts';
import { places } from './place/places.ts';
import type { Place } from './place/place.ts';
import type { InjectionCase } from './text/attack-texts.ts';

export interface Breadth {
  /** In how many of the places each text is read; they are taken in turn, so that all see as many texts. */
  readonly placesPerText: number;
}

/** Every text in as many places as is asked for. */
export async function readTexts(
  council: Council,
  cases: readonly InjectionCase[],
  { placesPerText }: Breadth,
): Promise<Reading[]> {
  const tasks = cases.flatMap((one, index) =>
    Array.from({ length: Math.min(placesPerText, places.length) }, (_, turn) => ({
      one,
      place: places[(index * placesPerText + turn) % places.length] as Place,
    })),
  );
  const readings: Reading[] = [];
  // One after the other, so that whatever a model receives is known to be of this text.
  for (const { one, place } of tasks) readings.push(await readIn(council, one, place));
  return readings;
}

async function readIn(council: Council, one: InjectionCase, place: Place): Promise<Reading> {
  const before = council.models.requests().length;
  const outcome = await place.read(council, one.text).catch(refused);
  const received = council.models.requests().slice(before);
  const shownToModels = received.flatMap(({ body }) => textsIn(JSON.parse(body.toString('utf8'))));
  const effects = [...outcome.effects, ...hiddenCharacters(shownToModels)];
  const secretsOut = received.flatMap(({ body }) => canariesIn(body, council.canaries));
  return { ...outcome, effects, id: one.id, kind: one.kind, place: place.name, secretsOut, calls: received.length };
}

function refused(error: unknown): Outcome {
  if (error instanceof AgentRefusal) return { end: 'an agent refuses to read it', effects: [], steered: false };
  throw error;
}
