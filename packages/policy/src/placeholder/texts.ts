/** The way to a text inside a document. */
export type TextPath = readonly (string | number)[];

export interface FoundText {
  readonly text: string;
  readonly path: TextPath;
  /** Names of fields are texts as well, and never a place for a value. */
  readonly isName: boolean;
}

export function* textsIn(value: unknown, path: TextPath = []): Generator<FoundText> {
  if (typeof value === 'string') yield { text: value, path, isName: false };
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, child] of Object.entries(value)) {
    if (!isList) yield { text: name, path: [...path, name], isName: true };
    yield* textsIn(child, [...path, isList ? Number(name) : name]);
  }
}

/** The same document with other texts in it: as many, at the same places, under the same names. */
export function mapTexts<Value>(value: Value, change: (text: string, path: TextPath) => string): Value {
  const walk = (node: unknown, path: TextPath): unknown => {
    if (typeof node === 'string') return change(node, path);
    if (Array.isArray(node)) return node.map((child, index) => walk(child, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, walk(child, [...path, name])]));
  };
  return walk(value, []) as Value;
}
