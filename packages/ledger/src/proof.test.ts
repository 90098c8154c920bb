import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCheckpoint } from './checkpoint.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';
import { formatProof, parseProof, verifyProof } from './proof.ts';
import { Prover } from './prover.ts';
import { entryOf, leavesOf, recursiveRoot, tilesInMemory } from './tree.fixture.ts';

const SIZE = 777;
const INDEX = 300;
const leaves = leavesOf(SIZE);
const log = logNoteSigner(makeNoteKey('log.example/one'));
const witness = witnessNoteSigner(makeNoteKey('witness.example/w1'));
const trust = { logVkey: log.vkey, witnessVkeys: [witness.vkey], quorum: 1 };
const text = formatCheckpoint({ origin: 'log.example/one', size: SIZE, root: recursiveRoot(leaves) });
const checkpoint = `${text}\n${await log.signLine(text)}${await witness.signLine(text)}`;
const hashes = await new Prover(tilesInMemory(leaves)).inclusion(INDEX, SIZE);
const proof = formatProof({ index: INDEX, hashes, checkpoint });

test('a proof convinces whoever pins the keys', () => {
  expect(verifyProof(proof, entryOf(INDEX), trust)).toMatchObject({ index: INDEX, checkpoint: { size: SIZE } });
});

test('a proof may carry extra data, which proves nothing', () => {
  expect(parseProof(proof.replace('\nindex', '\nextra aGk=\nindex'))).toEqual(parseProof(proof));
});

test('a proof does not convince of other bytes, other keys or no witness', () => {
  const stranger = logNoteSigner(makeNoteKey('log.example/one'));
  expect(() => verifyProof(proof, entryOf(INDEX + 1), trust)).toThrow(
    expect.objectContaining({ code: 'inclusion-invalid' }),
  );
  expect(() => verifyProof(proof, entryOf(INDEX), { ...trust, logVkey: stranger.vkey })).toThrow();
  const bare = formatProof({ index: INDEX, hashes, checkpoint: checkpoint.slice(0, checkpoint.lastIndexOf('\u2014')) });
  expect(() => verifyProof(bare, entryOf(INDEX), trust)).toThrow(expect.objectContaining({ code: 'quorum-missing' }));
});

test('no changed character of a proof survives', () => {
  fc.assert(
    fc.property(fc.nat({ max: proof.length - 1 }), fc.integer({ min: 10, max: 126 }), (at, code) => {
      const mutated = proof.slice(0, at) + String.fromCodePoint(code) + proof.slice(at + 1);
      fc.pre(mutated !== proof);
      expect(() => verifyProof(mutated, entryOf(INDEX), trust)).toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('attacker-chosen numbers are refused, not rounded', () => {
  for (const index of ['-1', '+3', '03', '1e2', '9007199254740993', '99999999999999999999', '0x10', ''])
    expect(() => parseProof(proof.replace(`index ${INDEX}`, `index ${index}`))).toThrow(/index/);
});
