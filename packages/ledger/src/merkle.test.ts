import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { consistencyRanges, verifyConsistency } from './consistency.ts';
import { Frontier } from './frontier.ts';
import { inclusionRanges, rootBefore, verifyInclusion } from './inclusion.ts';
import { isPowerOfTwo, leafHash, MAX_ENTRY_BYTES } from './merkle.ts';
import { Prover } from './prover.ts';
import { entryOf, leavesOf, recursiveRoot, tilesInMemory } from './tree.fixture.ts';

const LEAVES = leavesOf(1200);
const rootAt = (size: number): Buffer => recursiveRoot(LEAVES.slice(0, size));
const prover = new Prover(tilesInMemory(LEAVES));
const sizes = fc.integer({ min: 1, max: LEAVES.length });

test('the frontier makes the roots of the recursive definition', () => {
  const frontier = new Frontier();
  for (const [size, leaf] of LEAVES.slice(0, 600).entries()) {
    expect(frontier.root()).toEqual(rootAt(size));
    frontier.append(leaf);
  }
});

test('a cloned frontier grows without changing its origin', () => {
  const frontier = new Frontier();
  for (const leaf of LEAVES.slice(0, 77)) frontier.append(leaf);
  const clone = frontier.clone();
  for (const leaf of LEAVES.slice(77, 300)) clone.append(leaf);
  expect(frontier.root()).toEqual(rootAt(77));
  expect(clone.root()).toEqual(rootAt(300));
});

test('every inclusion proof out of tiles verifies', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
      const index = seed % size;
      const proof = await prover.inclusion(index, size);
      verifyInclusion(index, size, leafHash(entryOf(index)), proof, rootAt(size));
    }),
    { numRuns: 300 },
  );
});

test('every consistency proof out of tiles verifies', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
      const oldSize = (seed % size) + 1;
      verifyConsistency(oldSize, size, await prover.consistency(oldSize, size), rootAt(oldSize), rootAt(size));
    }),
    { numRuns: 300 },
  );
});

/** All that can be done to a list of hashes with one stroke. */
const strokes = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'double' as const, 'swap' as const), at: fc.nat() }),
);
type Stroke =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'drop' | 'double' | 'swap'; readonly at: number };

function mutate(proof: readonly Buffer[], stroke: Stroke): Buffer[] {
  const hashes = proof.map((value) => Buffer.from(value));
  const at = stroke.at % hashes.length;
  const chosen = hashes[at] ?? Buffer.alloc(0);
  switch (stroke.kind) {
    case 'flip':
      chosen[stroke.bit >> 3] = (chosen[stroke.bit >> 3] ?? 0) ^ (1 << (stroke.bit & 7));
      return hashes;
    case 'drop':
      return hashes.toSpliced(at, 1);
    case 'double':
      return hashes.toSpliced(at, 0, chosen);
    case 'swap':
      return hashes.toSpliced(at, 1).toSpliced((at + 1) % hashes.length, 0, chosen);
  }
}

test('no mutated inclusion proof verifies', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), strokes, async (size, seed, stroke) => {
      const index = seed % size;
      const proof = await prover.inclusion(index, size);
      fc.pre(proof.length > 0);
      const mutated = mutate(proof, stroke);
      fc.pre(!Buffer.concat(mutated).equals(Buffer.concat(proof)));
      expect(() => verifyInclusion(index, size, leafHash(entryOf(index)), mutated, rootAt(size))).toThrow(
        /inclusion proof/,
      );
    }),
    { numRuns: 500 },
  );
});

test('an inclusion proof does not serve another index or size', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.integer({ min: -3, max: 3 }), async (size, seed, shift) => {
      fc.pre(shift !== 0);
      const index = seed % size;
      const proof = await prover.inclusion(index, size);
      expect(() => verifyInclusion(index + shift, size, leafHash(entryOf(index)), proof, rootAt(size))).toThrow();
      expect(() => verifyInclusion(index, size, leafHash(entryOf(index + 1)), proof, rootAt(size))).toThrow();
    }),
    { numRuns: 200 },
  );
});

test('an inclusion proof also gives the root of what stands before its leaf', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), async (size, seed) => {
      const index = seed % size;
      expect(rootBefore(index, size, await prover.inclusion(index, size))).toEqual(rootAt(index));
    }),
    { numRuns: 500 },
  );
});

test('no mutated consistency proof verifies', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(), strokes, async (size, seed, stroke) => {
      const oldSize = (seed % size) + 1;
      const proof = await prover.consistency(oldSize, size);
      fc.pre(proof.length > 0);
      const mutated = mutate(proof, stroke);
      fc.pre(!Buffer.concat(mutated).equals(Buffer.concat(proof)));
      expect(() => verifyConsistency(oldSize, size, mutated, rootAt(oldSize), rootAt(size))).toThrow(/extend/);
    }),
    { numRuns: 500 },
  );
});

test('growth from nothing is not called consistent', () => {
  expect(() => verifyConsistency(0, 5, [], rootAt(0), rootAt(5))).toThrow(/impossible sizes/);
});

test('proof ranges stay exact beyond 2^31 leaves', () => {
  const size = 2 ** 45 + 12_345;
  const covered = inclusionRanges(2 ** 40, size).reduce((sum, { from, to }) => sum + to - from, 1);
  expect(covered).toBe(size);
  expect(consistencyRanges(2 ** 44 + 1, size).length).toBeLessThan(64);
  expect(isPowerOfTwo(2 ** 52)).toBe(true);
  expect(isPowerOfTwo(2 ** 52 + 1)).toBe(false);
});

test('an entry that the format cannot hold is refused', () => {
  expect(() => leafHash(Buffer.alloc(MAX_ENTRY_BYTES + 1))).toThrow(/65535/);
});
