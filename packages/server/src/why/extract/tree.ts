import type { ValuePath } from '@duovir/protocol';

export type Scalar = string | number | boolean | null;
/** What a configuration says. Maps and not objects: a key may be named like anything, `__proto__` included. */
export type Tree = Scalar | readonly Tree[] | ReadonlyMap<string, Tree>;

/** One value of a configuration. */
export interface Leaf {
  readonly path: ValuePath;
  /** The same place by positions, where `path` goes by the names of list elements. */
  readonly position: ValuePath;
  readonly value: Scalar;
}

/** The text cannot be read without doubt, and is then one value: its digest. */
export class Unreadable extends Error {}

const MOST_LEAVES = 2000;
const DEEPEST = 32;

export function isMap(tree: Tree): tree is ReadonlyMap<string, Tree> {
  return tree instanceof Map;
}

/** Every value with its place. Throws `Unreadable` for more of it than anybody configures. */
export function leavesOf(tree: Tree): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (node: Tree, path: ValuePath, position: ValuePath): void => {
    if (path.length > DEEPEST || leaves.length > MOST_LEAVES) throw new Unreadable('too much of it');
    if (isMap(node)) for (const [name, child] of node) walk(child, [...path, name], [...position, name]);
    else if (node === null || typeof node !== 'object') leaves.push({ path, position, value: node });
    else {
      const names = namesOf(node);
      node.forEach((child, at) => walk(child, [...path, names?.[at] ?? `${at}`], [...position, `${at}`]));
    }
  };
  walk(tree, [], []);
  return leaves;
}

/** Containers, ports, variables: elements that each have a name of their own go by it, wherever they stand in the list. */
function namesOf(list: readonly Tree[]): readonly string[] | undefined {
  const names = list.map((element) => (isMap(element) ? element.get('name') : undefined));
  const isNamed = names.every((name): name is string => typeof name === 'string' && name !== '');
  return isNamed && new Set(names).size === names.length ? names : undefined;
}

/** Numbers as programs read them; everything else stays the text that it is. */
export function scalarOf(text: string): Scalar {
  return /^(?:0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

/** Plain objects and lists of a parser, with nothing in them that JSON has not. */
export function treeOf(value: unknown): Tree {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'bigint') return bigintOf(value);
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value === 'object' && isPlain(value))
    return new Map(Object.entries(value).map(([name, child]) => [name, treeOf(child)]));
  throw new Unreadable('not a value that can be shown');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function numberOf(value: number): number {
  if (!Number.isFinite(value) || Object.is(value, -0) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new Unreadable('a number that is not exact');
  return value;
}

function bigintOf(value: bigint): number {
  if (BigInt.asIntN(53, value) !== value) throw new Unreadable('a number that is not exact');
  return Number(value);
}
