import { readFileSync } from 'node:fs';
import { DuovirError, envelopeBytes } from '@duovir/protocol';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { writeLog } from '../log.fixture.ts';
import { Organisation } from '../organisation.fixture.ts';
import { formatProof, verifyProof } from '../proof.ts';
import { Prover } from '../prover.ts';
import { soundRun } from '../story.fixture.ts';
import { checkInclusion, entrySignatureHolds } from './inclusion.ts';

const acme = new Organisation();
const trust = { logVkey: acme.log.vkey, witnessVkeys: [acme.witness.vkey], quorum: 1 };
let entries: Buffer[];
let proofs: string[];

beforeAll(async () => {
  const told = [...(await soundRun(acme)).values()];
  entries = told.map(envelopeBytes);
  const log = await writeLog(acme, told);
  const checkpoint = await log.cosignedCheckpoint();
  const prover = new Prover(log);
  proofs = await Promise.all(
    entries.map(async (_, index) =>
      formatProof({ index, hashes: await prover.inclusion(index, checkpoint.size), checkpoint: checkpoint.note }),
    ),
  );
});

function isAccepted(proof: string, entry: Buffer, by = trust): boolean {
  try {
    verifyProof(proof, entry, by);
    return true;
  } catch (error) {
    if (error instanceof DuovirError) return false;
    throw error;
  }
}

const accepts = async (proof: string, entry: Buffer, by = trust) =>
  (await checkInclusion(proof, entry, by)).kind === 'proven';

test('each entry of a log is proven, and by its own proof only', async () => {
  for (const [index, entry] of entries.entries()) {
    expect(await checkInclusion(proofs[index]!, entry, trust)).toMatchObject({
      kind: 'proven',
      index,
      size: entries.length,
    });
    expect(await accepts(proofs[(index + 1) % entries.length]!, entry)).toBe(false);
  }
});

test('it accepts what the verifier in Node accepts, whatever was done to the proof', async () => {
  const change = fc.record({
    of: fc.nat(),
    at: fc.nat(),
    cut: fc.nat(2),
    put: fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('\n', '\n\n', ' ', '\u2014 a AAAAAAA=\n', '\r')),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(change, async ({ of, at, cut, put }) => {
      const [proof, entry] = [proofs[of % proofs.length]!, entries[of % entries.length]!];
      const place = at % proof.length;
      const changed = proof.slice(0, place) + put + proof.slice(place + cut);
      const expected = isAccepted(changed, entry);
      refused += expected ? 0 : 1;
      expect(await accepts(changed, entry)).toBe(expected);
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('a log, a witness or a quorum that is not trusted proves nothing', async () => {
  const other = new Organisation();
  const [proof, entry] = [proofs[0]!, entries[0]!];
  for (const by of [
    { ...trust, logVkey: other.log.vkey },
    { ...trust, witnessVkeys: [other.witness.vkey] },
    { ...trust, quorum: 2 },
    { ...trust, witnessVkeys: [acme.witness.vkey, acme.witness.vkey], quorum: 2 },
    { ...trust, logVkey: acme.witness.vkey },
    { ...trust, witnessVkeys: ['nobody'] },
  ])
    expect(await accepts(proof, entry, by)).toBe(false);
  expect(await accepts(proof, entry, { ...trust, quorum: 0, witnessVkeys: [] })).toBe(true);
});

test('an entry is signed with the key of its speaker, and with no other', async () => {
  const keyOf = (name: string) => acme.keys.get(name)!.publicKey.toString('base64');
  const [start] = entries;
  expect(await entrySignatureHolds(start!, keyOf('server'))).toBe(true);
  expect(await entrySignatureHolds(start!, keyOf('runner'))).toBe(false);
  expect(await entrySignatureHolds(start!, 'AAAA')).toBe(false);
  for (let at = 0; at < start!.length; at += 7) {
    const changed = Buffer.from(start!);
    changed[at]! ^= 1;
    // The key id is a hint: what it says is not signed.
    if (changed.toString().replace(/"keyid":"[^"]*"/, '') === start!.toString().replace(/"keyid":"[^"]*"/, ''))
      continue;
    expect(await entrySignatureHolds(changed, keyOf('server'))).toBe(false);
  }
});

test('nothing of Node is in it', () => {
  for (const file of ['inclusion.ts', 'signed-note.ts', 'bytes.ts'])
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).not.toMatch(/from '(?!\.\/)|\bBuffer\b|process\./);
});
