import type { Tree } from './tree.ts';

/** Settings in the order of the file; one that stands more than once is a list, where the program counts every one of them. */
export function collect(
  settings: readonly (readonly [string, Tree])[],
  counts: (name: string) => 'all' | 'last',
): ReadonlyMap<string, Tree> {
  const collected = new Map<string, Tree[]>();
  for (const [name, value] of settings) {
    const before = collected.get(name);
    if (before && counts(name) === 'all') before.push(value);
    else collected.set(name, [value]);
  }
  return new Map([...collected].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]));
}
