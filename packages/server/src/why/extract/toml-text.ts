import { parse, TomlDate } from 'smol-toml';
import { Unreadable, treeOf, type Tree } from './tree.ts';

/** Throws `Unreadable`. */
export function readToml(text: string): Tree {
  try {
    return treeOf(withoutDates(parse(text, { integersAsBigInt: 'asNeeded' })));
  } catch (cause) {
    throw new Unreadable('not TOML', { cause });
  }
}

/** Dates as they are written. */
function withoutDates(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutDates);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withoutDates(child)]));
}
