/** A string inside a document and the path to it. */
export interface TextLeaf {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Every string of a JSON document. */
export function* textLeaves(value: unknown, path: readonly (string | number)[] = []): Iterable<TextLeaf> {
  if (typeof value === 'string') yield { path, text: value };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textLeaves(item, [...path, index]);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* textLeaves(item, [...path, key]);
}
