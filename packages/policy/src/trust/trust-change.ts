import { canonicalJson, type TrustPolicy } from '@duovir/protocol';
import { pointer } from '../finding/pointer.ts';

/** One place at which two trust policies differ. A value is absent on the side that has no such place. */
export interface TrustChange {
  /** JSON pointer; what has a name is found by it and not by its place in a list: `/principals/runner/publicKey`. */
  readonly at: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: unknown;
  readonly after?: unknown;
}

type Branch = Readonly<Record<string, unknown>>;

/** What differs, in the order of the pointers. Version, date and predecessor always do, and are left out. */
export function trustChanges(before: TrustPolicy, after: TrustPolicy): TrustChange[] {
  return changesIn([], treeOf(before), treeOf(after));
}

/** A list of things with names, as a tree: a principal that moves up in its list has not changed. */
function treeOf({ version: _version, issuedAt: _issuedAt, supersedes: _supersedes, ...policy }: TrustPolicy): Branch {
  return {
    ...policy,
    principals: named(policy.principals, ({ name }) => name),
    envelopes: named(policy.envelopes, ({ id }) => id),
    egress: { ...policy.egress, models: named(policy.egress.models, ({ alias }) => alias) },
  };
}

function named<Item extends object>(items: readonly Item[], nameOf: (item: Item) => string): Branch {
  return Object.fromEntries(items.map((item) => [nameOf(item), item]));
}

function changesIn(path: readonly string[], before: Branch, after: Branch): TrustChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key): TrustChange[] => {
    const place = [...path, key];
    const [old, next] = [before[key], after[key]];
    if (old === undefined) return next === undefined ? [] : [{ at: pointer(...place), change: 'added', after: next }];
    if (next === undefined) return [{ at: pointer(...place), change: 'removed', before: old }];
    if (canonicalJson(old) === canonicalJson(next)) return [];
    if (isBranch(old) && isBranch(next)) return changesIn(place, old, next);
    return [{ at: pointer(...place), change: 'changed', before: old, after: next }];
  });
}

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
