import type { EntryKind, Predicate } from '@duovir/protocol';
import type { PackedEntry } from './packed-entry.ts';

/** What to tell of entries of some kinds. */
export type ByKind<Told> = {
  readonly [Kind in EntryKind]?: (predicate: Predicate<Kind>, entry: PackedEntry<Kind>) => Told;
};

/** Undefined for a kind that is not among them. */
export function tell<Told>(entry: PackedEntry, kinds: ByKind<Told>): Told | undefined {
  // The schema of a statement ties its predicate to its kind.
  const teller = kinds[entry.statement.kind] as ((predicate: unknown, entry: PackedEntry) => Told) | undefined;
  return teller?.(entry.statement.predicate, entry);
}
