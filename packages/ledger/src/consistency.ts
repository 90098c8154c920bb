import { LedgerError } from './error.ts';
import type { LeafRange } from './inclusion.ts';
import { half, HASH_BYTES, isOdd, isPowerOfTwo, nodeHash, splitPoint } from './merkle.ts';

/** The subtrees whose roots make the consistency proof (RFC 9162, 2.1.4.1); none from size 0 or to the same size. */
export function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  if (oldSize === 0 || oldSize === size) return [];
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  let left = oldSize;
  let oldRootIsKnown = true;
  while (left !== to - from) {
    const width = splitPoint(to - from);
    if (left <= width) {
      ranges.push({ from: from + width, to });
      to = from + width;
    } else {
      ranges.push({ from, to: from + width });
      from += width;
      left -= width;
      oldRootIsKnown = false;
    }
  }
  if (!oldRootIsKnown) ranges.push({ from, to });
  return ranges.toReversed();
}

const invalid = (reason: string): LedgerError =>
  new LedgerError('consistency-invalid', `The later tree is not shown to extend the earlier one: ${reason}.`);

/**
 * RFC 9162, 2.1.4.2. Growth from the empty tree proves nothing and is refused here: whoever accepts a first
 * checkpoint decides that by itself.
 */
export function verifyConsistency(
  oldSize: number,
  size: number,
  proof: readonly Uint8Array[],
  oldRoot: Uint8Array,
  root: Uint8Array,
): void {
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(size) || oldSize <= 0 || oldSize > size)
    throw invalid('impossible sizes');
  if (proof.some((value) => value.length !== HASH_BYTES)) throw invalid('a hash without 32 bytes');
  if (oldSize === size) {
    if (proof.length > 0) throw invalid('equal sizes need no proof');
    if (!Buffer.from(oldRoot).equals(root)) throw invalid('equal sizes, different roots');
    return;
  }
  const [first, ...siblings] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first?.length !== HASH_BYTES || proof.length === 0) throw invalid('too few hashes');
  let node = oldSize - 1;
  let last = size - 1;
  while (isOdd(node)) {
    node = half(node);
    last = half(last);
  }
  let oldValue: Buffer = Buffer.from(first);
  let value: Buffer = oldValue;
  for (const sibling of siblings) {
    if (last === 0) throw invalid('too many hashes');
    if (isOdd(node) || node === last) {
      oldValue = nodeHash(sibling, oldValue);
      value = nodeHash(sibling, value);
      while (!isOdd(node) && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else value = nodeHash(value, sibling);
    node = half(node);
    last = half(last);
  }
  if (last !== 0) throw invalid('too few hashes');
  if (!oldValue.equals(oldRoot)) throw invalid('it leads to another earlier root');
  if (!value.equals(root)) throw invalid('it leads to another root');
}
