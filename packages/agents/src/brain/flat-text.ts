import { pointer } from '@duovir/policy';

type Path = readonly (string | number)[];

/**
 * Structured data as a model reads it: each value in a line of its own, after the JSON pointer by which it is cited; further
 * lines of a value begin with `|`, so that no value can pretend to be another one. Guards that look for statements and
 * secrets see where a value ends.
 */
export function flatText(value: unknown, path: Path = []): string {
  return [...linesOf(value, path)].join('\n');
}

function* linesOf(value: unknown, path: Path): Iterable<string> {
  if (typeof value !== 'object' || value === null) yield leaf(value, path);
  else {
    const entries = Array.isArray(value)
      ? value.map((each, index) => [index, each] as const)
      : Object.entries(value).filter(([, each]) => each !== undefined);
    if (entries.length === 0) yield `[${pointer(...path)}] ${Array.isArray(value) ? '[]' : '{}'}`;
    for (const [key, each] of entries) yield* linesOf(each, [...path, key]);
  }
}

function leaf(value: unknown, path: Path): string {
  const [first = '', ...more] = String(value).replaceAll(/\r\n?/g, '\n').split('\n');
  const head = `[${pointer(...path)}]`;
  if (more.length === 0) return `${head} ${first}`;
  return [head, ...[first, ...more].map((line) => `| ${line}`)].join('\n');
}
