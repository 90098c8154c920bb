import { EMPTY_ROOT, leafHash, nodeHash, splitPoint } from './merkle.ts';
import { Frontier } from './frontier.ts';
import type { TileSource } from './prover.ts';

export const entryOf = (index: number): Buffer => Buffer.from(`entry ${index}`);
export const leavesOf = (size: number): Buffer[] =>
  Array.from({ length: size }, (_, index) => leafHash(entryOf(index)));

/** RFC 6962, section 2.1, word for word: what everything faster is compared with. */
export function recursiveRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const middle = splitPoint(leaves.length);
  return nodeHash(recursiveRoot(leaves.slice(0, middle)), recursiveRoot(leaves.slice(middle)));
}

/** All tiles of a tree in memory. */
export function tilesInMemory(leaves: readonly Buffer[]): TileSource {
  const levels: Buffer[][] = [];
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf, (level, _position, value) => (levels[level] ??= []).push(value));
  return {
    tile: (level, index) => Promise.resolve(Buffer.concat((levels[level] ?? []).slice(index * 256, (index + 1) * 256))),
  };
}
