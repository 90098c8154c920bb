import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCheckpoint } from './checkpoint.ts';
import { scopeOf } from './entry-scope.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { migrate } from './migration.ts';
import { logNoteSigner, type NoteSigner } from './note-signer.ts';
import { PostgresLog } from './postgres-log.ts';
import { TestPostgres } from './postgres.fixture.ts';
import { formatProof, verifyProof } from './proof.ts';
import { leavesOf, recursiveRoot, entryOf } from './tree.fixture.ts';
import { startWitness, type TestWitness } from './witness.fixture.ts';

let postgres: TestPostgres;
let databases = 0;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.stop());

interface Setup {
  readonly connectionString: string;
  readonly signer: NoteSigner;
  readonly witness: TestWitness;
  open(): Promise<PostgresLog>;
}

async function setup(): Promise<Setup> {
  databases += 1;
  const connectionString = await postgres.createDatabase(`ledger_${databases}`);
  const pool = new Pool({ connectionString });
  await migrate(pool);
  await migrate(pool);
  await pool.end();
  const signer = logNoteSigner(makeNoteKey('log.example/test'));
  const witness = await startWitness(signer.vkey);
  const options = { connectionString, signer, witnesses: [witness.client], quorum: 1, lockWaitMs: 2000 };
  return { connectionString, signer, witness, open: () => PostgresLog.open(options) };
}

const newEntry = (index: number) => ({ key: `key-${index}`, run: 'run-1', kind: 'request', body: entryOf(index) });
const newEntries = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => newEntry(from + at));

test('entries become provable leaves of the tree that RFC 6962 defines', async () => {
  const { open, signer, witness } = await setup();
  const log = await open();
  for (const [from, to] of [
    [0, 1],
    [1, 4],
    [4, 255],
    [255, 257],
    [257, 1000],
  ] as const)
    expect(await log.append(newEntries(from, to))).toMatchObject({ size: to });
  expect(log.status()).toMatchObject({ size: 1000, root: recursiveRoot(leavesOf(1000)).toString('base64') });
  const trust = { logVkey: signer.vkey, witnessVkeys: [witness.signer.vkey], quorum: 1 };
  for (const index of [0, 3, 254, 255, 256, 777, 999]) {
    const proof = formatProof(await log.prove(index));
    expect(verifyProof(proof, entryOf(index), trust)).toMatchObject({ index });
  }
  await log.close();
  await witness.close();
});

test('a restart continues the same tree', async () => {
  const { open, witness } = await setup();
  for (let round = 0; round < 5; round += 1) {
    const log = await open();
    await log.append(newEntries(round * 130, (round + 1) * 130));
    expect(log.status().root).toBe(recursiveRoot(leavesOf((round + 1) * 130)).toString('base64'));
    await log.close();
  }
  await witness.close();
});

test('concurrent writers share batches and lose nothing', async () => {
  const { open, witness } = await setup();
  const log = await open();
  const appended = await Promise.all(Array.from({ length: 600 }, (_, index) => log.append([newEntry(index)])));
  expect(new Set(appended.flatMap(({ indexes }) => indexes)).size).toBe(600);
  const logged = await log.entries({ limit: 1000 });
  for (const [at, { indexes }] of appended.entries()) expect(logged[indexes[0] ?? -1]?.key).toBe(`key-${at}`);
  expect(log.status().root).toBe(recursiveRoot(leavesOf(600)).toString('base64'));
  await log.close();
  await witness.close();
});

test('the context of an excerpt is every older entry that it rests on, and no other', async () => {
  const { open, witness } = await setup();
  const log = await open();
  const kinds = ['motion', 'opinion', 'permit', 'stop', 'trust-policy', 'heartbeat', 'audit-read'] as const;
  const written = Array.from({ length: 2000 }, (_, index) => {
    const kind = kinds[(index * 5) % kinds.length] ?? 'stop';
    // Every so often something is said where it does not belong; of most runs nothing is said later.
    const run = index % 11 === 0 ? 'duovir' : `run-${Math.floor(index / 300)}`;
    return { key: `key-${index}`, run, kind, body: entryOf(index) };
  });
  await log.append(written);
  const runsIn = (first: number, size: number) =>
    new Set(written.slice(first, size).flatMap((entry) => (scopeOf(entry) === 'run' ? [entry.run] : [])));
  for (const [first, size] of [
    [0, 2000],
    [256, 300],
    [1792, 2000],
    [1792, 1792],
    [1024, 1900],
  ] as const) {
    const runs = runsIn(first, size);
    const rested = written.flatMap((entry, index) => {
      const isContext =
        index < first && (scopeOf(entry) === 'log' || (scopeOf(entry) === 'run' && runs.has(entry.run)));
      return isContext ? [[index, entry.body.toString()]] : [];
    });
    const found: unknown[] = [];
    for await (const { index, body } of log.context({ first, size })) found.push([index, body.toString()]);
    expect(found).toEqual(rested);
  }
  await log.close();
  await witness.close();
});

test('the same key and body is the same entry, also inside one batch', async () => {
  const { open, witness } = await setup();
  const log = await open();
  await log.append(newEntries(0, 10));
  expect(await log.append(newEntries(8, 12))).toEqual({ indexes: [8, 9, 10, 11], size: 12 });
  const twice = await Promise.all([log.append([newEntry(20)]), log.append([newEntry(20)])]);
  expect(twice.map(({ indexes }) => indexes)).toEqual([[12], [12]]);
  expect(log.status().size).toBe(13);
  await log.close();
  await witness.close();
});

test('a key with another body is refused, and nothing of that call is written', async () => {
  const { open, witness } = await setup();
  const log = await open();
  await log.append([newEntry(0)]);
  const conflicting = { ...newEntry(0), body: Buffer.from('other') };
  const [refused, accepted] = await Promise.allSettled([
    log.append([newEntry(1), conflicting]),
    log.append([newEntry(2)]),
  ]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'entry-conflict' } });
  expect(accepted).toMatchObject({ status: 'fulfilled', value: { indexes: [1] } });
  expect(await log.find('key-1')).toBeUndefined();
  expect(log.status()).toMatchObject({
    size: 2,
    root: recursiveRoot([leavesOf(1)[0]!, leavesOf(3)[2]!]).toString('base64'),
  });
  await log.close();
  await witness.close();
});

test('malformed entries and unknown indexes are refused', async () => {
  const { open, witness } = await setup();
  const log = await open();
  await expect(log.append([{ ...newEntry(0), key: 'a key' }])).rejects.toMatchObject({ code: 'entry-invalid' });
  await expect(log.append([{ ...newEntry(0), body: Buffer.alloc(65_536) }])).rejects.toMatchObject({
    code: 'entry-invalid',
  });
  await expect(log.prove(0)).rejects.toMatchObject({ code: 'entry-missing' });
  expect(log.status().size).toBe(0);
  await log.close();
  await witness.close();
});

test('a second sequencer of the same database is refused', async () => {
  const { open, witness } = await setup();
  const log = await open();
  await expect(open()).rejects.toMatchObject({ code: 'ledger-locked' });
  await log.close();
  await (await open()).close();
  await witness.close();
});

test('a database that is older than what the witness has seen is refused', async () => {
  const { open, connectionString, witness } = await setup();
  const log = await open();
  await log.append(newEntries(0, 300));
  await log.append(newEntries(300, 310));
  await log.cosignedCheckpoint();
  await log.close();
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('delete from ledger_entry where idx >= 300; delete from ledger_checkpoint where size > 300');
  await client.query(`update ledger_tile set hashes = substr(hashes, 1, 44 * 32) where level = 0 and idx = 1`);
  await client.end();
  await expect(open()).rejects.toMatchObject({ code: 'ledger-behind-witness' });
  await witness.close();
});

test('damaged tiles are noticed before anything is appended to them', async () => {
  const { open, connectionString, witness } = await setup();
  const log = await open();
  await log.append(newEntries(0, 300));
  await log.close();
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(
    'update ledger_tile set hashes = set_byte(hashes, 5, 255 - get_byte(hashes, 5)) where level = 0 and idx = 1',
  );
  await client.end();
  await expect(open()).rejects.toMatchObject({ code: 'ledger-corrupt' });
  await witness.close();
});

test('no proof without the witness, and again with it', async () => {
  const { open, witness } = await setup();
  const log = await open();
  await log.append([newEntry(0)]);
  await log.prove(0);
  await witness.suspend();
  await log.append([newEntry(1)]);
  await expect(log.prove(1)).rejects.toMatchObject({ code: 'witness-unavailable', consequence: 'retry' });
  await expect(open()).rejects.toMatchObject({ code: 'ledger-locked' });
  await witness.resume();
  expect(await log.prove(1)).toMatchObject({ index: 1 });
  await witness.suspend();
  await witness.resume();
  await log.append([newEntry(2)]);
  expect(await log.prove(2)).toMatchObject({ index: 2 });
  await log.close();
  await witness.close();
});

test('killed PostgreSQL: appends fail, the retry by key finds or writes them, the tree stays one', async () => {
  const { open, witness } = await setup();
  const log = await open();
  const roots: { size: number; root: Buffer }[] = [];
  let next = 0;
  for (let round = 0; round < 4; round += 1) {
    const acknowledged = new Set<string>();
    let failures = 0;
    let isKilled = false;
    const writers = Array.from({ length: 8 }, async () => {
      // However fast the log is, it is still written to when PostgreSQL dies.
      for (let after = 0; after < 5; after += isKilled ? 1 : 0) {
        const entry = newEntry(next++);
        for (;;) {
          try {
            await log.append([entry]);
            acknowledged.add(entry.key);
            break;
          } catch (error) {
            expect(error).toMatchObject({ code: 'ledger-unavailable', consequence: 'retry' });
            failures += 1;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 15 + round * 10));
    await postgres.kill();
    isKilled = true;
    await postgres.resume();
    await Promise.all(writers);
    expect(failures).toBeGreaterThan(0);
    const logged = await log.entries({ limit: 10_000 });
    expect(logged.map(({ index }) => index)).toEqual(logged.map((_, at) => at));
    expect(logged.length).toBe(next);
    for (const key of acknowledged) expect(logged.some((entry) => entry.key === key)).toBe(true);
    const { size, root } = parseCheckpoint((await log.cosignedCheckpoint()).note);
    roots.push({ size, root });
    await log.prove(size - 1);
  }
  expect(roots.at(-1)?.size).toBe(next);
  await log.close();
  await witness.close();
});
