import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exitCodes } from '../exit-code.ts';
import { familyOf, stillThere } from './family.ts';
import { supervisorStatusSchema, type ProcessStatus, type SupervisorStatus } from './status.ts';
import * as z from 'zod';

const COMMAND = fileURLToPath(new URL('../../bin/duovir.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'duovir-up-'));
const state = join(folder, '.duovir');
const PATIENCE = { timeout: 60_000, interval: 100 };

/** `status --json` adds memory to what the supervisor says. */
const statusSchema = z.looseObject({
  ...supervisorStatusSchema.shape,
  processes: z.array(z.looseObject({ name: z.string() })),
});

async function duovir(...argv: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [COMMAND, ...argv, '--state', state])).stdout;
}

async function status(): Promise<SupervisorStatus> {
  return statusSchema.parse(JSON.parse(await duovir('status', '--json'))) as unknown as SupervisorStatus;
}

async function find(name: string): Promise<ProcessStatus> {
  const found = (await status()).processes.find((process) => process.name === name);
  if (!found) throw new Error(`there is no process ${name}`);
  return found;
}

beforeAll(async () => {
  await duovir('up', '--port', '0');
}, 120_000);

afterAll(async () => {
  if (existsSync(state)) await duovir('down', '--purge');
  rmSync(folder, { recursive: true });
});

test('each principal is a process of its own, with its own key and a minimal environment', async () => {
  const { processes } = await status();
  const pids = processes.map(({ pid }) => pid);
  expect(new Set(pids).size).toBe(processes.length);
  for (const { name, pid } of processes.filter((process) => process.name !== 'postgres')) {
    // In a cell, the program is the last of bubblewrap's family.
    const program = familyOf(pid ?? 0).at(-1)?.pid;
    const names = readFileSync(`/proc/${program}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((entry) => entry.split('=')[0]);
    const inCell = program !== pid;
    expect(new Set(names), name).toEqual(new Set(['LANG', 'NODE_COMPILE_CACHE', inCell ? 'PWD' : 'PATH']));
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), name).not.toContain('duovir_');
  }
});

test.each(['healer', 'witness'])(
  'a killed %s is back, its cell is gone, and whoever killed it finds it counted',
  async (name) => {
    const { pid, restarts } = await find(name);
    const cell = familyOf(pid ?? 0);
    process.kill(pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await find(name)).toMatchObject({ kind: 'ready', restarts: restarts + 1 });
    }, PATIENCE);
    expect(stillThere(cell)).toEqual([]);
  },
);

test('so is one whose program was killed inside of its cell, and whoever killed it finds it counted', async () => {
  const { pid, restarts } = await find('planner');
  process.kill(familyOf(pid ?? 0).at(-1)?.pid ?? 0, 'SIGKILL');
  await vi.waitFor(async () => {
    expect(await find('planner')).toMatchObject({ kind: 'ready', restarts: restarts + 1 });
  }, PATIENCE);
});

test('up again changes nothing', async () => {
  const before = await status();
  await duovir('up');
  expect((await status()).processes.map(({ pid }) => pid)).toEqual(before.processes.map(({ pid }) => pid));
});

test('kill -9 of the supervisor leaves nothing behind, and up brings everything back', async () => {
  const { pid } = await status();
  const family = familyOf(pid);
  expect(family.length).toBeGreaterThan(9);
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(stillThere(family)).toEqual([]), PATIENCE);
  // Both at once: one holds the lock, the other finds everything up or says that somebody else is at it.
  const starts = await Promise.allSettled([duovir('up'), duovir('up')]);
  expect(starts.some(({ status: result }) => result === 'fulfilled')).toBe(true);
  expect((await status()).processes.every(({ kind }) => kind === 'ready')).toBe(true);
}, 120_000);

test('an interrupted start leaves nothing behind, however early it is', async () => {
  await duovir('down');
  for (const delay of [200, 700, 1500]) {
    const start = spawn(process.execPath, [COMMAND, 'up', '--state', state], { stdio: 'ignore' });
    await sleep(delay);
    start.kill('SIGINT');
    const [exit] = (await once(start, 'exit')) as [number | null];
    // Null: so early that the signal itself ended it.
    expect([exitCodes.ok.code, exitCodes.interrupted.code, null]).toContain(exit);
    if (exit === exitCodes.ok.code) await duovir('down');
    expect(JSON.parse(await duovir('down', '--json'))).toMatchObject({ wasUp: false });
  }
  await duovir('up');
}, 120_000);

test('down leaves no process and no socket', async () => {
  const family = familyOf((await status()).pid);
  expect(JSON.parse(await duovir('down', '--json'))).toMatchObject({ wasUp: true, left: 0 });
  expect(stillThere(family)).toEqual([]);
  expect(readdirSync(state)).not.toContain('run');
  expect(JSON.parse(await duovir('down', '--json'))).toMatchObject({ wasUp: false });
});

test('a purge leaves no file, not even those of the database', async () => {
  const pointer = join(state, 'postgres', 'location');
  const database = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(state, 'postgres');
  expect(existsSync(database)).toBe(true);
  await duovir('down', '--purge');
  expect([existsSync(state), existsSync(database)]).toEqual([false, false]);
});
