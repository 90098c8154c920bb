import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, inject, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'duovir-dbos-'));
const effects = join(folder, 'effects');
let child: ChildProcess | undefined;
let complaints = '';
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a run goes on after kill -9, repeats only the step that was cut, and is not started twice', async () => {
  writeFileSync(effects, '');
  const database = await emptyDatabase();
  const program = new URL('./dbos-process.fixture.ts', import.meta.url).pathname;
  const start = (): ChildProcess => {
    const started = spawn(process.execPath, [program, database, effects, 'run-x'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.stderr?.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
    return started;
  };
  child = start();
  for (const until of [2, 4]) {
    await lines(until);
    child.kill('SIGKILL');
    child = start();
  }
  await ended();
  const acts = readFileSync(effects, 'utf8').trim().split('\n');
  const repeated = acts.length - new Set(acts).size;
  expect([...new Set(acts)]).toEqual(['run-x 1', 'run-x 2', 'run-x 3', 'run-x 4', 'run-x 5', 'run-x 6', 'run-x end']);
  expect(repeated).toBeLessThanOrEqual(2);
  // A statement in the way of another one would be gone with the next version of the driver.
  expect(complaints).not.toContain('DeprecationWarning');
});

async function emptyDatabase(): Promise<string> {
  const url = new URL(inject('postgres'));
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  url.pathname = `/engine_${randomBytes(6).toString('hex')}`;
  await client.query(`create database ${url.pathname.slice(1)}`);
  await client.end();
  return url.toString();
}

async function lines(count: number): Promise<void> {
  while (readFileSync(effects, 'utf8').split('\n').length <= count) await pause(10);
}

async function ended(): Promise<void> {
  while (!readFileSync(effects, 'utf8').includes('end')) await pause(20);
}
