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

const OLDEST = 10;
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
  const [rows, whole] = await Promise.all([
    attestedValues.history(target, resource, pointerOf(path), { at, limit: OLDEST }),
    path.length === 0 ? undefined : attestedValues.newestStanding(target, resource, '', at),
  ]);
  // What was undone later stood then.
  const history = rows.map((row) => (row.undone !== null && row.undone > at ? { ...row, undone: null } : row));
  const value = history.find(({ undone }) => undone === null) ?? history[0];
  if (!value) return undefined;
  // The resource was written again without it: then it is not there, and that was decided by whoever wrote it.
  if (whole && whole.entry > value.entry) {
    const isOpaque = typeof whole.value === 'object' && whole.value?.kind === 'digest' && whole.value.leaves === 0;
    const now: IndexedValue = isOpaque ? whole : { ...whole, path: value.path, value: { kind: 'absent' } };
    return { value: now, history: [now, ...history] };
  }
  return { value, history };
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
