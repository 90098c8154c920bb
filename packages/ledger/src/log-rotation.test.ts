import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { migrate } from './migration.ts';
import { logNoteSigner, type NoteSigner } from './note-signer.ts';
import { PostgresLog } from './postgres-log.ts';
import { TestPostgres } from './postgres.fixture.ts';
import { formatProof, verifyProof } from './proof.ts';
import { entryOf, leavesOf, recursiveRoot } from './tree.fixture.ts';
import { startWitness, type TestWitness } from './witness.fixture.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.stop());

const ORIGIN = 'log.example/rotated';
let databases = 0;

/** A log whose key is rotated; the witness follows as it follows the trust policy. */
class Rotated {
  inForce: NoteSigner = logNoteSigner(makeNoteKey(ORIGIN));
  readonly #connectionString: string;
  #witness: TestWitness | undefined;

  private constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  static async make(): Promise<Rotated> {
    databases += 1;
    const connectionString = await postgres.createDatabase(`rotated_${databases}`);
    const pool = new Pool({ connectionString });
    await migrate(pool);
    await pool.end();
    const rotated = new Rotated(connectionString);
    rotated.#witness = await startWitness(() => rotated.inForce.vkey);
    return rotated;
  }

  get witness(): TestWitness {
    if (!this.#witness) throw new Error('it was not made');
    return this.#witness;
  }

  open(signer: NoteSigner, formerVkeys: readonly string[] = []): Promise<PostgresLog> {
    return PostgresLog.open({
      connectionString: this.#connectionString,
      signer,
      formerVkeys,
      witnesses: [this.witness.client],
      quorum: 1,
      lockWaitMs: 2000,
    });
  }

  trust(signer: NoteSigner): Parameters<typeof openCheckpoint>[1] {
    return { logVkey: signer.vkey, witnessVkeys: [this.witness.signer.vkey], quorum: 1 };
  }
}

const newEntry = (index: number) => ({ key: `key-${index}`, run: 'run-1', kind: 'request', body: entryOf(index) });

test('a log goes on with a new key: one tree, and each proof is of the key it was made with', async () => {
  const rotated = await Rotated.make();
  const old = rotated.inForce;
  const first = await rotated.open(old);
  await first.append([0, 1, 2].map(newEntry));
  const before = formatProof(await first.prove(1));
  await first.close();
  const next = logNoteSigner(makeNoteKey(ORIGIN));
  rotated.inForce = next;
  const second = await rotated.open(next, [old.vkey]);
  // The same size, signed anew, before anything is appended.
  expect(openCheckpoint((await second.cosignedCheckpoint()).note, rotated.trust(next)).size).toBe(3);
  await second.append([3, 4].map(newEntry));
  const after = formatProof(await second.prove(1));
  expect(verifyProof(before, entryOf(1), rotated.trust(old))).toMatchObject({ index: 1 });
  expect(verifyProof(after, entryOf(1), rotated.trust(next))).toMatchObject({ index: 1 });
  expect(() => verifyProof(after, entryOf(1), rotated.trust(old))).toThrow(
    expect.objectContaining({ code: 'note-untrusted' }),
  );
  expect(second.status()).toMatchObject({ size: 5, root: recursiveRoot(leavesOf(5)).toString('base64') });
  await second.close();
  // Once more, from the old checkpoint again: nothing depends on how far the last start has come.
  const third = await rotated.open(next, [old.vkey]);
  expect(third.status().size).toBe(5);
  await third.close();
  await rotated.witness.close();
});

test('a newest checkpoint of a key that nobody has named is no checkpoint of this log', async () => {
  const rotated = await Rotated.make();
  const old = rotated.inForce;
  const log = await rotated.open(old);
  await log.append([newEntry(0)]);
  await log.close();
  const foreign = logNoteSigner(makeNoteKey(ORIGIN));
  await expect(rotated.open(foreign)).rejects.toMatchObject({ code: 'ledger-corrupt' });
  const other = logNoteSigner(makeNoteKey(ORIGIN));
  await expect(rotated.open(foreign, [other.vkey])).rejects.toMatchObject({ code: 'ledger-corrupt' });
  await rotated.witness.close();
});

test('a server that still has the old key gets no cosignature once the new one has spoken', async () => {
  const rotated = await Rotated.make();
  const old = rotated.inForce;
  const log = await rotated.open(old);
  await log.append([newEntry(0)]);
  await log.close();
  const next = logNoteSigner(makeNoteKey(ORIGIN));
  rotated.inForce = next;
  await (await rotated.open(next, [old.vkey])).close();
  await expect(rotated.open(old)).rejects.toMatchObject({ code: 'witness-refused' });
  await rotated.witness.close();
});

test('while the signer of the log is away nothing is appended; when it is back, the log goes on', async () => {
  const rotated = await Rotated.make();
  const key = makeNoteKey(ORIGIN);
  let isAway = false;
  const signer = logNoteSigner({
    ...key,
    signer: {
      sign: async (bytes) => {
        if (isAway) throw new Error('the token is locked');
        return key.signer.sign(bytes);
      },
    },
  });
  rotated.inForce = signer;
  const log = await rotated.open(signer);
  await log.append([newEntry(0)]);
  isAway = true;
  await expect(log.append([newEntry(1)])).rejects.toMatchObject({ code: 'ledger-unavailable', consequence: 'retry' });
  expect(await log.entries({})).toHaveLength(1);
  isAway = false;
  await expect
    .poll(() => log.append([newEntry(1)]).catch(() => undefined), { timeout: 20_000 })
    .toMatchObject({ size: 2 });
  expect(log.status().root).toBe(recursiveRoot(leavesOf(2)).toString('base64'));
  await log.close();
  await rotated.witness.close();
});
