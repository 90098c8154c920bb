import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCheckpoint, openCheckpoint } from './checkpoint.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { makeKey, makeNoteKey } from './keys.fixture.ts';
import { leafHash } from './merkle.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';
import { Prover } from './prover.ts';
import { leavesOf, recursiveRoot, tilesInMemory } from './tree.fixture.ts';
import { createWitness } from './witness.ts';

const log = logNoteSigner(makeNoteKey('log.example/one'));
const signer = witnessNoteSigner(makeNoteKey('witness.example/w1'));
const stateFile = (folder: string): string => join(folder, readdirSync(folder)[0] ?? '');
const honest = leavesOf(400);
const forked = [...honest.slice(0, 200), ...honest.slice(200).map((leaf) => leafHash(leaf))];

async function checkpoint(leaves: readonly Buffer[], size: number, by = log): Promise<string> {
  const text = formatCheckpoint({ origin: by.name, size, root: recursiveRoot(leaves.slice(0, size)) });
  return `${text}\n${await by.signLine(text)}`;
}

async function body(leaves: readonly Buffer[], oldSize: number, size: number, by = log): Promise<string> {
  const proof = await new Prover(tilesInMemory(leaves)).consistency(oldSize, size);
  const lines = proof.map((value) => `${value.toString('base64')}\n`).join('');
  return `old ${oldSize}\n${lines}\n${await checkpoint(leaves, size, by)}`;
}

type Witness = ReturnType<typeof createWitness>;
const officer = makeKey('officer').publicKey.toString('base64');
const start = (path: string): Witness => createWitness({ signer, stateFolder: path, logs: [log.vkey], officer });
async function post(witness: Witness, text: string): Promise<{ status: number; text: string; type: string | null }> {
  const answer = await witness.request('/add-checkpoint', { method: 'POST', body: text });
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
}

test('growth is cosigned, and the cosignature makes a trusted checkpoint', async () => {
  const witness = start(temporaryFolder());
  for (const [oldSize, size] of [
    [0, 0],
    [0, 1],
    [1, 200],
    [200, 200],
    [200, 399],
  ] as const) {
    const answer = await post(witness, await body(honest, oldSize, size));
    expect(answer.status).toBe(200);
    const note = (await checkpoint(honest, size)) + answer.text;
    expect(openCheckpoint(note, { logVkey: log.vkey, witnessVkeys: [signer.vkey], quorum: 1 }).size).toBe(size);
  }
});

test('a fork is refused, also after a restart of the witness', async () => {
  const path = temporaryFolder();
  expect((await post(start(path), await body(honest, 0, 300))).status).toBe(200);
  const witness = start(path);
  expect((await post(witness, await body(forked, 300, 350))).status).toBe(422);
  expect((await post(witness, await body(forked, 300, 300))).status).toBe(422);
  expect((await post(witness, await body(forked, 0, 350))).status).toBe(409);
  expect((await post(witness, await body(honest, 300, 350))).status).toBe(200);
});

test('a rollback gets the size that was seen', async () => {
  const witness = start(temporaryFolder());
  await post(witness, await body(honest, 0, 300));
  const answer = await post(witness, await body(honest, 100, 200));
  expect(answer).toEqual({ status: 409, text: '300\n', type: 'text/x.tlog.size' });
  expect((await post(witness, `old 301\n\n${await checkpoint(honest, 300)}`)).status).toBe(400);
});

test('unknown logs and stolen origins are refused', async () => {
  const witness = start(temporaryFolder());
  const stranger = logNoteSigner(makeNoteKey('log.example/two'));
  const thief = logNoteSigner(makeNoteKey('log.example/one'));
  expect((await post(witness, await body(honest, 0, 5, stranger))).status).toBe(404);
  expect((await post(witness, await body(honest, 0, 5, thief))).status).toBe(403);
});

test('two requests at once cannot extend the same checkpoint to two histories', async () => {
  const witness = start(temporaryFolder());
  await post(witness, await body(honest, 0, 200));
  const bodies = [await body(honest, 200, 300), await body(forked, 200, 300)];
  const answers = await Promise.all(bodies.map((text) => post(witness, text)));
  expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 409]);
});

test('malformed requests change nothing', async () => {
  const path = temporaryFolder();
  const witness = start(path);
  await post(witness, await body(honest, 0, 7));
  const before = readFileSync(stateFile(path));
  const good = await body(honest, 7, 9);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.integer({ min: 32, max: 126 }), async (at, code) => {
      const mutated = good.slice(0, at) + String.fromCodePoint(code) + good.slice(at + 1);
      fc.pre(mutated !== good);
      expect((await post(witness, mutated)).status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 300 },
  );
  expect(readFileSync(stateFile(path))).toEqual(before);
});

test('damaged memory stops the witness instead of emptying it', async () => {
  const path = temporaryFolder();
  await post(start(path), await body(honest, 0, 300));
  const file = stateFile(path);
  const bytes = readFileSync(file);
  const corrupt = expect.objectContaining({ code: 'witness-state-corrupt' });
  for (const damaged of [Buffer.alloc(0), bytes.subarray(0, 5000), Buffer.alloc(bytes.length, 1), Buffer.alloc(8192)]) {
    writeFileSync(file, damaged);
    expect(() => start(path)).toThrow(corrupt);
  }
});

test('a write that a crash tore apart leaves what was answered before', async () => {
  const path = temporaryFolder();
  const witness = start(path);
  await post(witness, await body(honest, 0, 100));
  await post(witness, await body(honest, 100, 200));
  const file = stateFile(path);
  const before = readFileSync(file);
  await post(witness, await body(honest, 200, 300));
  const after = readFileSync(file);
  const answers: string[] = [];
  for (let torn = 0; torn <= 512; torn += 16) {
    writeFileSync(file, Buffer.concat([after.subarray(0, torn), before.subarray(torn)]));
    answers.push((await post(start(path), await body(honest, 1, 300))).text);
  }
  expect(answers[0]).toBe('200\n');
  expect(answers.at(-1)).toBe('300\n');
  expect([...new Set(answers)]).toEqual(['200\n', '300\n']);
});

test('a log that has a new key is heard with the old one until it has spoken with the new, and then never again', async () => {
  const next = logNoteSigner(makeNoteKey(log.name));
  let inForce = log.vkey;
  const witness = createWitness({ signer, stateFolder: temporaryFolder(), logs: () => [inForce], officer });
  const says = async (by: typeof log, oldSize: number, size: number): Promise<number> =>
    (await post(witness, await body(honest, oldSize, size, by))).status;
  expect(await says(log, 0, 100)).toBe(200);
  expect(await says(next, 100, 200)).toBe(403);
  inForce = next.vkey;
  expect(await says(log, 100, 150)).toBe(200);
  expect(await says(next, 150, 200)).toBe(200);
  expect(await says(log, 200, 250)).toBe(403);
  expect(await says(next, 200, 250)).toBe(200);
});

test('a fork is a fork, with whatever key of the log', async () => {
  const next = logNoteSigner(makeNoteKey(log.name));
  let inForce = log.vkey;
  const witness = createWitness({ signer, stateFolder: temporaryFolder(), logs: () => [inForce], officer });
  expect((await post(witness, await body(honest, 0, 300))).status).toBe(200);
  inForce = next.vkey;
  expect((await post(witness, await body(forked, 300, 350, next))).status).toBe(422);
});
