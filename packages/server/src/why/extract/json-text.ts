import { Unreadable, treeOf, type Tree } from './tree.ts';

/** Throws `Unreadable`, also where a key stands twice: programs disagree about which of them counts. */
export function readJson(text: string): Tree {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Unreadable('not JSON', { cause });
  }
  const tree = treeOf(value);
  if (keysIn(text) !== keysOf(tree)) throw new Unreadable('a key stands twice');
  return tree;
}

/** Texts that a colon follows: in well-formed JSON these are the keys. */
function keysIn(text: string): number {
  let keys = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) keys += 1;
  return keys;
}

function keysOf(tree: Tree): number {
  if (tree === null || typeof tree !== 'object') return 0;
  const children = tree instanceof Map ? [...(tree as ReadonlyMap<string, Tree>).values()] : (tree as readonly Tree[]);
  const own = tree instanceof Map ? tree.size : 0;
  return children.reduce<number>((sum, child) => sum + keysOf(child), own);
}
