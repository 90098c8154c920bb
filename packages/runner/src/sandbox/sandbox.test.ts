import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath, kill } from 'node:process';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { shell } from './open.fixture.ts';
import type { Assignment } from './orchestrator.fixture.ts';
import { startTimeOf } from './process-table.ts';
import { openSandbox } from './sandbox.ts';

const specification = { run: 'lives', generation: 3, hosts: {}, limits: DEFAULT_LIMITS };

test('closing ends everything, at once and for good', async () => {
  const sandbox = await openSandbox(specification);
  const service = await sandbox.startService({ name: 'one', argv: ['/bin/sleep', '600'], outputCapBytes: 100 });
  const command = sandbox.command(shell('setsid sleep 600 & sleep 600'));
  await sandbox.command(shell('true'));
  await sandbox.close();
  expect(sandbox.alive).toBe(false);
  expect(() => kill(sandbox.holder.pid, 0)).toThrow('ESRCH');
  expect(await command).toMatchObject({ cause: 'infrastructure', exit: null });
  expect(await service.exited).toMatchObject({ exit: null });
  await expect(sandbox.command(shell('true'))).rejects.toMatchObject({ code: 'sandbox-lost', consequence: 'retry' });
  await sandbox.close();
});

test('a sandbox that dies is reported lost', async () => {
  const sandbox = await openSandbox(specification);
  const command = sandbox.command(shell('sleep 600'));
  kill(sandbox.holder.pid, 'SIGKILL');
  await sandbox.lost;
  expect(sandbox.alive).toBe(false);
  expect(await command).toMatchObject({ cause: 'infrastructure' });
  await expect(sandbox.writeFile('/tmp/x', '', 0o600)).rejects.toMatchObject({ code: 'sandbox-lost' });
  await sandbox.close();
});

test('two sandboxes share nothing, not even a uid when root opens them', async () => {
  const [one, other] = await Promise.all([openSandbox(specification), openSandbox({ ...specification, run: 'other' })]);
  await one.writeFile('/workspace/file', 'one', 0o600);
  await expect(other.readFile('/workspace/file', 10)).rejects.toMatchObject({ code: 'file-missing' });
  expect(one.hostUser).not.toBe(0);
  if (process.getuid?.() === 0) expect(one.hostUser).not.toBe(other.hostUser);
  await Promise.all([one.close(), other.close()]);
});

test('a runner that is killed takes its sandboxes with it', async () => {
  const assignment: Assignment = { mode: 'hold', argv: ['/bin/sleep', '600'] };
  const words = [join(import.meta.dirname, 'orchestrator.fixture.ts'), JSON.stringify(assignment)];
  const runner = spawn(execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [told] = (await once(runner.stdout, 'data')) as [Buffer];
  const holder = JSON.parse(told.toString()) as { pid: number; startTime: number };
  expect(startTimeOf(holder.pid)).toBe(holder.startTime);
  runner.kill('SIGKILL');
  await expect.poll(() => startTimeOf(holder.pid)).not.toBe(holder.startTime);
});
