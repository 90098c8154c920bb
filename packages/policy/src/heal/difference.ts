/** A leaf that is not the same in two JSON documents; `undefined` where one has no such place. */
export interface Difference {
  readonly path: readonly (string | number)[];
  readonly previous: unknown;
  readonly next: unknown;
}

/** Every difference between two JSON values, at the deepest place where both still have the same shape. */
export function differences(previous: unknown, next: unknown, path: readonly (string | number)[] = []): Difference[] {
  if (Array.isArray(previous) && Array.isArray(next) && previous.length === next.length)
    return previous.flatMap((value, index) => differences(value, next[index], [...path, index]));
  if (isRecord(previous) && isRecord(next))
    return [...new Set([...Object.keys(previous), ...Object.keys(next)])].flatMap((key) =>
      differences(own(previous, key), own(next, key), [...path, key]),
    );
  return Object.is(previous, next) ? [] : [{ path, previous, next }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
