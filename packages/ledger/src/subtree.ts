import { LedgerError } from './error.ts';
import { rootFromInclusion } from './inclusion.ts';
import { EMPTY_ROOT, half, HASH_BYTES, isOdd, nodeHash } from './merkle.ts';

/** Leaves `start` (included) to `end` (excluded) of a larger tree. */
export interface Subtree {
  readonly start: number;
  readonly end: number;
}

const invalid = (code: 'inclusion-invalid' | 'consistency-invalid', reason: string): LedgerError =>
  new LedgerError(code, `The subtree proof does not hold: ${reason}.`);

/** A subtree begins at a multiple of its own width, rounded up to a power of two. */
function isAligned({ start, end }: Subtree): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) return false;
  let width = 1;
  while (width < end - start) width *= 2;
  return start % width === 0;
}

/** Inclusion of one leaf in a subtree; `index` counts from the beginning of the whole tree. */
export function verifySubtreeInclusion(
  index: number,
  subtree: Subtree,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  subtreeRoot: Uint8Array,
): void {
  if (!isAligned(subtree) || !Number.isSafeInteger(index)) throw invalid('inclusion-invalid', 'no such subtree');
  const root = rootFromInclusion(index - subtree.start, subtree.end - subtree.start, leaf, proof);
  if (!root.equals(subtreeRoot)) throw invalid('inclusion-invalid', 'it leads to another root');
}

/** That a subtree is part of the tree of `size` leaves (draft-ietf-plants-merkle-tree-certs, section 4.4). */
export function verifySubtreeConsistency(
  subtree: Subtree,
  size: number,
  proof: readonly Uint8Array[],
  subtreeRoot: Uint8Array,
  root: Uint8Array,
): void {
  const { start, end } = subtree;
  if (!isAligned(subtree) || !Number.isSafeInteger(size) || end > size)
    throw invalid('consistency-invalid', 'no such subtree');
  if (proof.some((value) => value.length !== HASH_BYTES))
    throw invalid('consistency-invalid', 'a hash without 32 bytes');
  if (start === end) {
    // The empty subtree is part of every tree.
    if (proof.length > 0 || !EMPTY_ROOT.equals(subtreeRoot))
      throw invalid('consistency-invalid', 'the subtree is empty');
    return;
  }
  let first = start;
  let last = end - 1;
  let edge = size - 1;
  const ascend = (): void => {
    first = half(first);
    last = half(last);
    edge = half(edge);
  };
  while (first !== last && (last === edge || isOdd(last))) ascend();
  const hashes = [...proof];
  const seed = first === last ? subtreeRoot : hashes.shift();
  if (!seed || (hashes.length > 0 && seed.length !== HASH_BYTES))
    throw invalid('consistency-invalid', 'too few hashes');
  let subtreeValue: Buffer = Buffer.from(seed);
  let value: Buffer = subtreeValue;
  for (const sibling of hashes) {
    if (edge === 0) throw invalid('consistency-invalid', 'too many hashes');
    if (isOdd(last) || last === edge) {
      if (first < last) subtreeValue = nodeHash(sibling, subtreeValue);
      value = nodeHash(sibling, value);
      while (!isOdd(last) && last !== 0) ascend();
    } else value = nodeHash(value, sibling);
    ascend();
  }
  if (edge !== 0) throw invalid('consistency-invalid', 'too few hashes');
  if (!subtreeValue.equals(subtreeRoot)) throw invalid('consistency-invalid', 'it leads to another subtree root');
  if (!value.equals(root)) throw invalid('consistency-invalid', 'it leads to another root');
}
