import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnixClient } from '@duovir/principal';
import { digestOf, envelopeBytes, parseEnvelope, signStatement, type RestoreDecision } from '@duovir/protocol';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseCheckpoint } from './checkpoint.ts';
import type { NewEntry } from './entry.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { makeKey, makeNoteKey } from './keys.fixture.ts';
import { migrate } from './migration.ts';
import { logNoteSigner, type NoteSigner } from './note-signer.ts';
import { Organisation } from './organisation.fixture.ts';
import { PostgresLog } from './postgres-log.ts';
import { TestPostgres } from './postgres.fixture.ts';
import { exportLog } from './publish.ts';
import { readPublished } from './published-folder.fixture.ts';
import { refillLog, storedLog, type RefillOptions } from './refill.ts';
import { rootDigest, signRestore } from './restore.ts';
import { startWitness, type TestWitness } from './witness.fixture.ts';
import { askSeen, handInRestore } from './witness-memory.ts';

const acme = new Organisation();
const officer = makeKey('officer');
const speaker = makeKey('server');
const BACKED_UP = 300;
const WRITTEN = 900;

let postgres: TestPostgres;
let databases = 0;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.stop());

interface Writing {
  /** Where it is published. */
  readonly folder?: string;
  /** An entry that is not as it was. */
  readonly other?: number;
  readonly isWitnessed?: boolean;
}

async function migrateNew(database: string): Promise<void> {
  const pool = new Pool({ connectionString: await postgres.createDatabase(database) });
  await migrate(pool);
  await pool.end();
}

/** A log that went on for some time after its backup. */
class RestoredLog {
  readonly signer: NoteSigner;
  readonly folder = temporaryFolder();
  readonly database: string;
  readonly witness: TestWitness;
  readonly client: UnixClient;

  private constructor(database: string, signer: NoteSigner, witness: TestWitness) {
    this.database = database;
    this.signer = signer;
    this.witness = witness;
    this.client = new UnixClient(this.witness.socket);
  }

  static async make(): Promise<RestoredLog> {
    databases += 1;
    const database = `restored_${databases}`;
    await migrateNew(database);
    const signer = logNoteSigner(makeNoteKey('log.example/restored'));
    const witness = await startWitness(signer.vkey, officer.publicKey.toString('base64'));
    const log = new RestoredLog(database, signer, witness);
    onTestFinished(async () => {
      log.client.close();
      await witness.close();
    });
    await log.write(0, BACKED_UP);
    await log.sql(`create database ${database}_backup template ${database}`);
    await log.write(BACKED_UP, WRITTEN, { folder: log.folder });
    await log.restore();
    return log;
  }

  get options(): RefillOptions {
    const trust = { logVkey: this.signer.vkey, witnessVkeys: [this.witness.signer.vkey], quorum: 1 };
    return { connectionString: postgres.connectionString(this.database), trusts: [trust], lockWaitMs: 500 };
  }

  open({ isWitnessed = true }: Writing = {}): Promise<PostgresLog> {
    const { connectionString } = this.options;
    const witnesses = isWitnessed ? [this.witness.client] : [];
    return PostgresLog.open({ connectionString, signer: this.signer, witnesses, quorum: witnesses.length });
  }

  async write(from: number, to: number, { folder, other, ...writing }: Writing = {}): Promise<void> {
    const log = await this.open(writing);
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    await log.append(await Promise.all(numbers.map((number) => entryOf(number === other ? -number : number))));
    await log.cosignedCheckpoint();
    if (folder !== undefined) await exportLog(log, folder, await acme.published());
    await log.close();
  }

  /** As whoever holds the database and the key of the log could: all that the backup had, but for one entry. */
  async rewrite(other: number): Promise<void> {
    await this.sql(`drop database ${this.database} with (force)`);
    await migrateNew(this.database);
    await this.write(0, BACKED_UP, { other, isWitnessed: false });
  }

  /** Puts the backup in place of the database. */
  async restore(): Promise<void> {
    await this.sql(`drop database ${this.database} with (force)`);
    await this.sql(`create database ${this.database} template ${this.database}_backup`);
  }

  async decision(change: Partial<RestoreDecision> = {}): Promise<RestoreDecision> {
    const seen = await askSeen(this.client, this.signer.name);
    const { size: lost, root } =
      seen.kind === 'seen' ? parseCheckpoint(seen.note) : { size: WRITTEN, root: Buffer.alloc(32) };
    const left = await storedLog(this.options);
    return {
      apiVersion: 'duovir/v1',
      kind: 'RestoreDecision',
      origin: this.signer.name,
      size: left.size,
      root: rootDigest(left.root),
      lost,
      lostRoot: rootDigest(root),
      decidedAt: '2026-01-01T00:00:00.000Z',
      ...change,
    };
  }

  async sql(text: string): Promise<void> {
    const client = new Client({ connectionString: postgres.connectionString() });
    await client.connect();
    await client.query(text);
    await client.end();
  }
}

async function entryOf(number: number): Promise<NewEntry> {
  const run = 'run-aaaaaaaaaaaaaaaaaaaa';
  const envelope = await signStatement(speaker.signer, {
    kind: 'cancellation',
    run,
    time: '2026-01-01T00:00:00.000Z',
    subject: digestOf(number),
    predicate: { person: 'ana' },
  });
  return { key: `${run}/${number}`, run, kind: 'cancellation', body: envelopeBytes(envelope) };
}

test('what a backup lacks comes back from the published folder, with its keys, and nothing has to be decided', async () => {
  const restored = await RestoredLog.make();
  await expect(restored.open()).rejects.toMatchObject({ code: 'ledger-behind-witness' });
  expect(await refillLog(restored.folder, restored.options)).toEqual({ from: BACKED_UP, to: WRITTEN });
  expect(await storedLog(restored.options)).toMatchObject({ size: WRITTEN });
  expect(await refillLog(restored.folder, restored.options)).toEqual({ from: WRITTEN, to: WRITTEN });
  const log = await restored.open();
  const published = await readPublished(restored.folder);
  expect(log.status()).toMatchObject({ size: WRITTEN, root: published.root.toString('base64') });
  expect((await log.entries({ limit: 1000 })).map(({ body }) => body)).toEqual(published.entries);
  expect((await log.head('run-aaaaaaaaaaaaaaaaaaaa')).entries).toBe(WRITTEN);
  expect(await log.find('run-aaaaaaaaaaaaaaaaaaaa/700')).toMatchObject({ index: 700 });
  expect(await log.append([await entryOf(WRITTEN)])).toMatchObject({ indexes: [WRITTEN] });
  await log.prove(WRITTEN);
  await log.close();
});

test('a copy without keys brings the entries back all the same', async () => {
  const restored = await RestoredLog.make();
  rmSync(join(restored.folder, 'appended'), { recursive: true });
  expect(await refillLog(restored.folder, restored.options)).toEqual({ from: BACKED_UP, to: WRITTEN });
  const log = await restored.open();
  expect(await log.find('refilled/700')).toMatchObject({ index: 700, kind: 'cancellation' });
  await log.close();
});

test('a running server is not restored under its feet', async () => {
  const restored = await RestoredLog.make();
  await refillLog(restored.folder, restored.options);
  const log = await restored.open();
  await expect(refillLog(restored.folder, restored.options)).rejects.toMatchObject({ code: 'ledger-locked' });
  await log.close();
});

test.each([
  ['an entry is changed', (folder: string) => flip(join(folder, 'tile/entries/002'))],
  ['a bundle is missing', (folder: string) => rmSync(join(folder, 'tile/entries/002'))],
  ['nobody has signed', (folder: string) => flip(join(folder, 'checkpoint'))],
  ['there is no log', (folder: string) => rmSync(join(folder, 'checkpoint'))],
  ['keys are missing', (folder: string) => writeFileSync(join(folder, 'appended/002'), '{}\n')],
])('from a folder in which %s nothing is taken', async (_, damage) => {
  const restored = await RestoredLog.make();
  const copy = temporaryFolder();
  cpSync(restored.folder, copy, { recursive: true });
  damage(copy);
  await expect(refillLog(copy, restored.options)).rejects.toMatchObject({
    code: expect.stringMatching(/restore-impossible|bundle-malformed/),
  });
  expect(await storedLog(restored.options)).toMatchObject({ size: BACKED_UP });
  expect(await refillLog(restored.folder, restored.options)).toMatchObject({ to: WRITTEN });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test('without a copy, the officer decides exactly what is lost, and the log goes on once', async () => {
  const restored = await RestoredLog.make();
  const decision = await signRestore(officer.signer, await restored.decision());
  await handInRestore(restored.client, decision);
  // Whoever was killed after handing it in hands it in again.
  await handInRestore(restored.client, decision);
  await restored.witness.suspend();
  await restored.witness.resume();
  await restored.write(BACKED_UP, BACKED_UP + 50);
  await expect(handInRestore(restored.client, decision)).rejects.toThrow('restore-mismatch');
  // Back to the same backup: the decision that was used covers no second loss.
  await restored.restore();
  await expect(restored.open()).rejects.toMatchObject({ code: 'ledger-behind-witness' });
  await expect(handInRestore(restored.client, decision)).rejects.toThrow('restore-mismatch');
  await handInRestore(restored.client, await signRestore(officer.signer, await restored.decision()));
  await (await restored.open()).close();
});

test('a server that has lost more than was decided is not heard', async () => {
  const restored = await RestoredLog.make();
  const decision = await signRestore(officer.signer, await restored.decision({ size: BACKED_UP + 1 }));
  await handInRestore(restored.client, decision);
  await expect(restored.open()).rejects.toMatchObject({ code: 'ledger-behind-witness' });
});

test('Invariant 9: entries that are rewritten along with a restore are not cosigned, though the log has signed them anew', async () => {
  const restored = await RestoredLog.make();
  const decision = await signRestore(officer.signer, await restored.decision());
  await restored.rewrite(17);
  await handInRestore(restored.client, decision);
  // As many as are left, and then more: neither is what the officer has decided about.
  await expect(restored.open()).rejects.toMatchObject({ code: 'witness-refused' });
  await restored.write(BACKED_UP, BACKED_UP + 50, { isWitnessed: false });
  await restored.witness.suspend();
  await restored.witness.resume();
  await expect(restored.open()).rejects.toMatchObject({ code: 'witness-refused' });
  await restored.restore();
  await restored.write(BACKED_UP, BACKED_UP + 50);
});

test('a decision that is forged, or about something else, makes the witness forget nothing', async () => {
  const restored = await RestoredLog.make();
  const refusal = async (change: Partial<RestoreDecision>, by = officer): Promise<unknown> =>
    handInRestore(restored.client, await signRestore(by.signer, await restored.decision(change))).then(
      () => 'taken',
      (error: unknown) => /^restore-\w+/.exec((error as Error).message)?.[0],
    );
  expect(await refusal({}, makeKey('officer'))).toBe('restore-forged');
  expect(await refusal({}, makeKey('server'))).toBe('restore-forged');
  expect(await refusal({ lost: WRITTEN + 1 })).toBe('restore-mismatch');
  expect(await refusal({ lost: WRITTEN - 1 })).toBe('restore-mismatch');
  expect(await refusal({ lostRoot: digestOf('another') })).toBe('restore-mismatch');
  expect(await refusal({ size: WRITTEN })).toBe('restore-mismatch');
  expect(await refusal({ origin: 'log.example/other' })).toBe('restore-mismatch');
  expect(await refusal({ size: 0 })).toBe('restore-mismatch');
  const good = await signRestore(officer.signer, await restored.decision());
  const other = await signRestore(officer.signer, await restored.decision({ size: 1 }));
  await expect(handInRestore(restored.client, { ...good, payload: other.payload })).rejects.toThrow('restore-forged');
  const statement = parseEnvelope((await entryOf(1)).body);
  await expect(handInRestore(restored.client, statement)).rejects.toThrow('restore-forged');
  expect(await askSeen(restored.client, restored.signer.name)).toMatchObject({ kind: 'seen' });
  await expect(restored.open()).rejects.toMatchObject({ code: 'ledger-behind-witness' });
});

test('until the log is heard of again, another decision about the same loss is not taken', async () => {
  const restored = await RestoredLog.make();
  const decision = await restored.decision();
  const taken = await signRestore(officer.signer, decision);
  await handInRestore(restored.client, taken);
  const smaller = await signRestore(officer.signer, { ...decision, size: 10 });
  await expect(handInRestore(restored.client, smaller)).rejects.toThrow('restore-mismatch');
  expect(await askSeen(restored.client, restored.signer.name)).toEqual({ kind: 'restored', decision: taken });
  expect(readdirSync(restored.folder)).toContain('checkpoint');
});
