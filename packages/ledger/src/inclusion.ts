import { LedgerError } from './error.ts';
import { EMPTY_ROOT, half, HASH_BYTES, isOdd, nodeHash, splitPoint } from './merkle.ts';

/** Leaves `from` (included) to `to` (excluded). */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The subtrees whose roots make the inclusion proof, leaf's sibling first (RFC 9162, 2.1.3.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.toReversed();
}

const invalid = (reason: string): LedgerError =>
  new LedgerError('inclusion-invalid', `The inclusion proof does not hold: ${reason}.`);

/** The root that a proof leads to (RFC 9162, 2.1.3.2). Throws `inclusion-invalid` if the proof has another length. */
export function rootFromInclusion(index: number, size: number, leaf: Uint8Array, proof: readonly Uint8Array[]): Buffer {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw invalid('index outside the tree');
  if ([leaf, ...proof].some((value) => value.length !== HASH_BYTES)) throw invalid('a hash without 32 bytes');
  let node = index;
  let last = size - 1;
  let root: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0) throw invalid('too many hashes');
    if (isOdd(node) || node === last) {
      root = nodeHash(sibling, root);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else root = nodeHash(root, sibling);
    node = half(node);
    last = half(last);
  }
  if (last !== 0) throw invalid('too few hashes');
  return root;
}

export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!rootFromInclusion(index, size, leaf, proof).equals(root)) throw invalid('it leads to another root');
}

/**
 * The root of the tree of the leaves before `index`, from a proof that was verified: what stands to the left of the way up
 * are the perfect subtrees of exactly that tree.
 */
export function rootBefore(index: number, size: number, proof: readonly Uint8Array[]): Buffer {
  let node = index;
  let last = size - 1;
  let root: Buffer | undefined;
  for (const sibling of proof) {
    if (isOdd(node) || node === last) {
      root = root ? nodeHash(sibling, root) : Buffer.from(sibling);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    }
    node = half(node);
    last = half(last);
  }
  return root ?? EMPTY_ROOT;
}
