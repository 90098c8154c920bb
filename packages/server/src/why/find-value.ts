import { pointerOf, type ValuePath } from '@duovir/protocol';
import type { Api } from '../api/ports.ts';
import type { IndexedValue, KnownPlace } from '../store/attested-values.ts';

type Sources = Pick<Api, 'attestedValues'>;

export interface Sought {
  readonly target: string;
  readonly resource: string;
  /** The first that is known counts. */
  readonly paths: readonly ValuePath[];
  /** Entries up to this one. */
  readonly at: number;
}

export interface FoundValue {
  readonly value: IndexedValue;
  /** Every time it was set, newest first; at most so many as are asked for. */
  readonly history: readonly IndexedValue[];
}

const OLDEST = 20;
const MOST_PLACES = 4000;

/** The newest value that stood then; one that was undone only where there is no other. */
export async function findValue(sources: Sources, sought: Sought): Promise<FoundValue | undefined> {
  for (const path of sought.paths) {
    const found = (await historyOf(sources, sought, path)) ?? (await byOtherNames(sources, sought, path));
    if (found) return found;
  }
  return undefined;
}

async function historyOf(
  { attestedValues }: Sources,
  sought: Sought,
  path: ValuePath,
): Promise<FoundValue | undefined> {
  const { target, resource, at } = sought;
  const history = (await attestedValues.history(target, resource, pointerOf(path), { at, limit: OLDEST })).map(
    (value) => (value.undone !== null && value.undone > at ? { ...value, undone: null } : value),
  );
  const value = history.find(({ undone }) => undone === null) ?? history[0];
  if (!value || path.length === 0) return value && { value, history };
  const whole = await newestWhole(attestedValues, sought);
  // The resource was written again without it: then it is not there, and that was decided by whoever wrote it.
  if (whole && whole.entry > value.entry && whole.undone === null) {
    const isOpaque = typeof whole.value === 'object' && whole.value?.kind === 'digest' && whole.value.leaves === 0;
    const now: IndexedValue = isOpaque ? whole : { ...whole, path: value.path, value: { kind: 'absent' } };
    return { value: now, history: [now, ...history] };
  }
  return { value, history };
}

async function newestWhole(
  attestedValues: Sources['attestedValues'],
  { target, resource, at }: Sought,
): Promise<IndexedValue | undefined> {
  const wholes = await attestedValues.history(target, resource, '', { at, limit: OLDEST });
  return wholes.find(({ undone }) => undone === null || undone > at);
}

/** `containers[0].env[name=MODE]`, or a name with dots in it that was written without quotes. */
async function byOtherNames(sources: Sources, sought: Sought, path: ValuePath): Promise<FoundValue | undefined> {
  if (path.length === 0) return undefined;
  const known = await sources.attestedValues.paths(sought.target, sought.resource, '', MOST_PLACES);
  const dotted = path.join('.');
  const isSame = (place: KnownPlace): boolean =>
    place.path.join('.') === dotted ||
    (place.path.length === path.length &&
      path.every((segment, at) => segment === place.path[at] || segment === place.position[at]));
  const [place, ...others] = known.filter(isSame);
  return place && others.length === 0 ? historyOf(sources, sought, place.path) : undefined;
}
