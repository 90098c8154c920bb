import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBundle, parseCheckpoint, rootDigest, verifyLog, type Checkpoint } from '@duovir/ledger';
import { loadPublicKey } from '@duovir/principal';
import { parseEnvelope, peekStatement } from '@duovir/protocol';
import { Database } from '@duovir/server/database';
import { freshDatabase } from '@duovir/server/fresh-database';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { CliError } from '../error.ts';
import { createProgram } from '../program.ts';
import { recordSession } from '../session.fixture.ts';
import { Desk } from '../trust/trust.fixture.ts';

const SERVER = fileURLToPath(import.meta.resolve('@duovir/server/process'));
const WITNESS = fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process'));

/** A handful of starts of a whole server each. */
const PATIENCE_MS = 180_000;

let desk: Desk;
let url: string;
const living = new Set<ChildProcess>();

beforeEach(async () => {
  desk = await Desk.open();
  url = await freshDatabase(inject('postgres'));
  const folder = desk.state.principal('server');
  writeFileSync(join(folder, 'database-url'), `${url}\n`, { mode: 0o600 });
  writeFileSync(join(desk.state.root, 'server.json'), JSON.stringify({ host: '127.0.0.1', port: 0 }));
  await start(WITNESS);
});
afterEach(async () => {
  for (const child of living) child.kill('SIGKILL');
  await Promise.all([...living].map((child) => once(child, 'exit')));
  rmSync(desk.folder, { recursive: true, force: true });
});

/** Resolves when the process is ready, or has ended with what it said. */
async function start(file: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, [file, desk.state.root], { stdio: ['pipe', 'pipe', 'pipe'] });
  living.add(child);
  child.once('exit', () => living.delete(child));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  return { child, said };
}

async function serve(): Promise<void> {
  const { child, said } = await start(SERVER);
  expect(child.exitCode, said).toBe(null);
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Puts a copy of the database beside it, or back in its place. */
async function copy(from: string, to: string): Promise<void> {
  const database = new Database(inject('postgres'));
  await database.query(`drop database if exists ${to} with (force)`);
  await database.query(`create database ${to} template ${from}`);
  await database.close();
}

const nameOf = (): string => new URL(url).pathname.slice(1);
const backUp = (): Promise<void> => copy(nameOf(), `${nameOf()}_backup`);
const restoreBackup = (): Promise<void> => copy(`${nameOf()}_backup`, nameOf());

async function restore(...words: string[]): Promise<unknown> {
  const session = recordSession();
  try {
    await (
      await createProgram(session)
    ).parseAsync(['--state', desk.state.root, '--json', 'ledger', 'restore', ...words], {
      from: 'user',
    });
  } catch (error) {
    if (error instanceof CliError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return JSON.parse(session.output.text);
}

const published = (): Checkpoint => parseCheckpoint(readFileSync(join(desk.state.published, 'checkpoint'), 'utf8'));
const sizeOf = (): number => published().size;
const rootNow = (): string => rootDigest(published().root);

async function assertVerified(): Promise<void> {
  const verification = await verifyLog(desk.state.published, { officer: loadPublicKey(desk.state.officer) });
  expect(verification).toMatchObject({ ok: true, findings: [] });
}

test(
  'a server whose database was restored stays down until what is missing is brought back',
  async () => {
    await serve();
    await backUp();
    const before = sizeOf();
    await serve();
    const after = sizeOf();
    await restoreBackup();
    const refused = await start(SERVER);
    expect(refused.child.exitCode).not.toBe(null);
    expect(refused.said).toContain('duovir ledger restore');
    expect(await restore()).toEqual({ refilled: after - before, lost: 0, size: after, root: rootNow() });
    await serve();
    expect(sizeOf()).toBeGreaterThan(after);
    await assertVerified();
    expect(await restore()).toMatchObject({ refilled: 0, lost: 0 });
  },
  PATIENCE_MS,
);

test(
  'what is in no copy is lost by the word of the officer, and of nobody else, and only once',
  async () => {
    await serve();
    await backUp();
    const [before, root] = [sizeOf(), rootNow()];
    await serve();
    const after = sizeOf();
    await restoreBackup();
    rmSync(desk.state.published, { recursive: true });
    const refused = await restore();
    expect(refused).toContain(`refused: ${after - before} entries`);
    expect(refused).toContain(`are left have the root ${root}`);
    const mallory = join(desk.state.principal('server'), 'key.pem');
    expect(await restore('--accept-loss', '--yes', '--key', mallory)).toContain('unverified');
    expect((await start(SERVER)).child.exitCode).not.toBe(null);

    expect(await restore('--accept-loss', '--yes')).toEqual({ refilled: 0, lost: after - before, size: before, root });
    expect(await restore()).toEqual({ refilled: 0, lost: 0, size: before, root });
    await serve();
    await assertVerified();
    const width = sizeOf();
    const bundle = readFileSync(join(desk.state.published, 'tile', 'entries', '000.p', String(width)));
    const said = peekStatement(parseEnvelope(decodeBundle(bundle)[before] ?? expect.unreachable()));
    expect(said).toMatchObject({ kind: 'log-restore', predicate: { size: before, root, lost: after } });

    await restoreBackup();
    expect((await start(SERVER)).child.exitCode).not.toBe(null);
    expect(await restore()).toMatchObject({ lost: 0, size: width });
    await serve();
    await assertVerified();
  },
  PATIENCE_MS,
);
