import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, signEnvelope, type Envelope, type RestoreDecision } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { CheckpointSlots } from './checkpoint-slots.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { makeKey, makeNoteKey } from './keys.fixture.ts';
import { leafHash } from './merkle.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';
import { Prover } from './prover.ts';
import { rootDigest, signRestore } from './restore.ts';
import { leavesOf, recursiveRoot, tilesInMemory } from './tree.fixture.ts';
import { createWitness } from './witness.ts';

const log = logNoteSigner(makeNoteKey('log.example/one'));
const signer = witnessNoteSigner(makeNoteKey('witness.example/w1'));
const officer = makeKey('officer');
const honest = leavesOf(300);
/** The log has written one of its first entries anew. */
const rewritten = honest.with(40, leafHash(Buffer.from('another')));
const [LEFT, LOST] = [200, 300];

type Witness = ReturnType<typeof createWitness>;
const start = (stateFolder: string): Witness =>
  createWitness({ signer, stateFolder, logs: [log.vkey], officer: officer.publicKey.toString('base64') });

const rootOf = (leaves: readonly Buffer[], size: number): Buffer => recursiveRoot(leaves.slice(0, size));

/** What the witness answers to a checkpoint that the real log has signed, with a real proof. */
async function grow(witness: Witness, leaves: readonly Buffer[], oldSize: number, size: number): Promise<string> {
  const proof = await new Prover(tilesInMemory(leaves)).consistency(oldSize, size);
  const lines = proof.map((value) => `${value.toString('base64')}\n`).join('');
  const text = formatCheckpoint({ origin: log.name, size, root: rootOf(leaves, size) });
  const body = `old ${oldSize}\n${lines}\n${text}\n${await log.signLine(text)}`;
  const answer = await witness.request('/add-checkpoint', { method: 'POST', body });
  return answer.status === 409 ? `409 ${(await answer.text()).trim()}` : String(answer.status);
}

async function handIn(witness: Witness, change: Partial<RestoreDecision> = {}): Promise<Envelope> {
  const decision = await signRestore(officer.signer, {
    apiVersion: 'duovir/v1',
    kind: 'RestoreDecision',
    origin: log.name,
    size: LEFT,
    root: rootDigest(rootOf(honest, change.size ?? LEFT)),
    lost: LOST,
    lostRoot: rootDigest(rootOf(honest, LOST)),
    decidedAt: '2026-01-01T00:00:00.000Z',
    ...change,
  });
  const answer = await witness.request('/v1/restore', { method: 'POST', body: JSON.stringify(decision) });
  if (answer.status !== 200) throw new Error(await answer.text());
  return decision;
}

test('Invariant 9: after a loss only what extends exactly the entries that are left is cosigned, also after a restart', async () => {
  const folder = temporaryFolder();
  const before = start(folder);
  expect(await grow(before, honest, 0, LOST)).toBe('200');
  await handIn(before);
  for (const witness of [before, start(folder)]) {
    expect(await grow(witness, rewritten, 0, 250)).toBe('409 200');
    expect(await grow(witness, honest, 0, 250)).toBe('409 200');
    expect(await grow(witness, honest, 150, 250)).toBe('409 200');
    expect(await grow(witness, rewritten, LEFT, 250)).toBe('422');
    expect(await grow(witness, rewritten, LEFT, LEFT)).toBe('422');
    expect(await grow(witness, rewritten, LEFT, LOST)).toBe('422');
  }
  const witness = start(folder);
  expect(await grow(witness, honest, LEFT, LEFT)).toBe('200');
  expect(await grow(witness, rewritten, LEFT, 250)).toBe('422');
  expect(await grow(witness, honest, LEFT, 250)).toBe('200');
  expect(await grow(witness, honest, LEFT, 250)).toBe('409 250');
});

test('what goes on from the entries that are left may differ from what was lost', async () => {
  const witness = start(temporaryFolder());
  await grow(witness, honest, 0, LOST);
  await handIn(witness);
  const other = [...honest.slice(0, LEFT), ...honest.slice(LEFT).map((leaf) => leafHash(leaf))];
  expect(await grow(witness, other, LEFT, 250)).toBe('200');
  expect(await grow(witness, honest, 250, LOST)).toBe('422');
});

test('where nothing is left the log begins anew, and a decision that has nothing left and a root of something is refused', async () => {
  const witness = start(temporaryFolder());
  await grow(witness, honest, 0, LOST);
  await expect(handIn(witness, { size: 0, root: rootDigest(rootOf(honest, 1)) })).rejects.toThrow('restore-mismatch');
  expect(await grow(witness, rewritten, 0, 100)).toBe('409 300');
  await handIn(witness, { size: 0 });
  expect(await grow(witness, rewritten, 0, 100)).toBe('200');
  expect(await grow(witness, honest, 0, 100)).toBe('409 100');
});

test('a witness that was told of a loss says what is left, in the words of the officer', async () => {
  const witness = start(temporaryFolder());
  await grow(witness, honest, 0, LOST);
  const decision = await handIn(witness);
  const answer = await witness.request(`/v1/seen?origin=${log.name}`);
  expect(await answer.json()).toEqual({ kind: 'restored', decision });
});

test('a witness that remembers a loss without what was left does not start', async () => {
  const folder = temporaryFolder();
  await grow(start(folder), honest, 0, LOST);
  const outdated = await signEnvelope(officer.signer, {
    apiVersion: 'duovir/v1',
    kind: 'RestoreDecision',
    origin: log.name,
    size: LEFT,
    lost: LOST,
    lostRoot: rootDigest(rootOf(honest, LOST)),
    decidedAt: '2026-01-01T00:00:00.000Z',
  });
  const slots = CheckpointSlots.open(join(folder, readdirSync(folder)[0] ?? ''));
  slots.write(`\nduovir-restored/v1\n${canonicalJson(outdated)}`);
  slots.close();
  expect(() => start(folder)).toThrow(expect.objectContaining({ code: 'witness-state-outdated' }));
});
