import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startNode } from './node-process.ts';
import { Supervised, type ProcessPlan } from './supervised.ts';
import { Supervisor } from './supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-supervised-'));
const supervisors: Supervisor[] = [];
const PATIENCE = { timeout: 20_000, interval: 20 };

/** A process that gets ready and stays until its standard input ends. */
const steady = `process.stdin.resume().on('end', () => process.exit(0)); process.stdout.write('ready\\n');`;

function plan(name: string, source: string, needs: Partial<Pick<ProcessPlan, 'after' | 'uses'>> = {}): ProcessPlan {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return {
    name,
    after: needs.after ?? [],
    uses: needs.uses ?? [],
    launch: () =>
      startNode({
        file,
        arguments: [],
        flags: [],
        environment: { PATH: process.env['PATH'] ?? '' },
        log: join(folder, `${name}.log`),
        grace: { endOfInputMs: 1_000, terminateMs: 500 },
      }),
  };
}

function supervise(...plans: ProcessPlan[]): Supervisor {
  const facts = { url: 'http://127.0.0.1:1', startedAt: new Date(0), cells: 'none', sandbox: false } as const;
  const supervisor = new Supervisor({ state: folder, ...facts }, plans);
  supervisors.push(supervisor);
  supervisor.start();
  return supervisor;
}

afterEach(async () => {
  for (const supervisor of supervisors.splice(0)) await supervisor.stop();
});

test('a process starts only when what it needs is ready', async () => {
  const slow = `setTimeout(() => process.stdout.write('ready\\n'), 300); process.stdin.resume().on('end', () => process.exit(0));`;
  const supervisor = supervise(plan('user', steady, { after: ['base'] }), plan('base', slow));
  expect(supervisor.status.processes.map(({ kind }) => kind)).toEqual(['waiting', 'starting']);
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
});

test('a process that is killed is started again under another process id', async () => {
  const supervisor = supervise(plan('mortal', steady));
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
  const pid = supervisor.status.processes[0]?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(supervisor.status.processes[0]?.restarts).toBe(1), PATIENCE);
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
  expect(supervisor.status.processes[0]?.pid).not.toBe(pid);
});

test('a process that dies again and again is given up and says why, until it is asked for again', async () => {
  const broken = new Supervised(
    { name: 'broken', after: [], uses: [], launch: async () => Promise.reject(new Error('no such program')) },
    () => undefined,
  );
  vi.useFakeTimers();
  try {
    broken.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broken.status).toMatchObject({ kind: 'failed', reason: 'no such program' });
    broken.start();
    expect(broken.kind).toBe('starting');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(broken.kind).toBe('failed');
  } finally {
    vi.useRealTimers();
  }
});

test('whoever is used stops after its user', async () => {
  const noisy = `process.stdin.resume().on('end', () => setTimeout(() => process.exit(0), 200)); process.stdout.write('ready\\n');`;
  const supervisor = supervise(plan('store', steady), plan('client', noisy, { uses: ['store'] }));
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
  await supervisor.stop();
  const endOf = (name: string): string =>
    / at (\S+)$/m.exec(readFileSync(join(folder, `${name}.log`), 'utf8'))?.[1] ?? 'never';
  expect(endOf('client') < endOf('store')).toBe(true);
});

test('one that ignores the end of its input is ended by force', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('ready\\n');`;
  const supervisor = supervise(plan('stubborn', stubborn));
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
  await supervisor.stop();
  expect(readFileSync(join(folder, 'stubborn.log'), 'utf8')).toContain('ended SIGKILL');
});

test('nothing of our environment reaches a process', async () => {
  process.env['DUOVIR_TEST_SECRET'] = 'do-not-inherit';
  const supervisor = supervise(plan('curious', `console.log(JSON.stringify(process.env)); ${steady}`));
  await vi.waitFor(() => expect(supervisor.isReady).toBe(true), PATIENCE);
  delete process.env['DUOVIR_TEST_SECRET'];
  const log = readFileSync(join(folder, 'curious.log'), 'utf8');
  expect(Object.keys(JSON.parse(log.split('\n')[0] ?? ''))).toEqual(['PATH']);
});
