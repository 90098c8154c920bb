import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ordinaryUser, reachable } from './ordinary-user.ts';
import { ORCHESTRATOR } from './orchestrator.ts';

const MEBIBYTE = 1024 * 1024;
const execute = promisify(execFile);

const identities = [
  { who: 'this user', as: [] as string[] },
  ...(reachable(ORCHESTRATOR) ? [{ who: 'an ordinary user', as: ordinaryUser }] : []),
];

test.each(identities)('Invariant 11, once: killing the orchestrator of $who leaves nothing behind', async ({ as }) => {
  const assignment = JSON.stringify({ mode: 'hold', argv: ['/bin/sh', '-c', 'setsid sleep 600 & exec sleep 600'] });
  const [command, ...rest] = [...as, process.execPath, ORCHESTRATOR, assignment];
  const orchestrator = spawn(command, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(orchestrator.stdout), 'line')) as [string];
  const { pid } = JSON.parse(line) as { pid: number };
  const network = (): string => readlinkSync(`/proc/${pid}/ns/net`);
  const isHeld = (): boolean => network() !== link('/proc/self/ns/net') && inNetwork(network()).length > 5;
  await expect.poll(() => [isHeld(), toolsFor(pid).length > 0]).toEqual([true, true]);
  const net = network();

  orchestrator.kill('SIGKILL');
  await expect.poll(() => [inNetwork(net), toolsFor(pid)], { timeout: 5000 }).toEqual([[], []]);
  // The next one to open a sandbox removes the control groups of the dead.
  const [next, ...words] = [...as, process.execPath, ORCHESTRATOR, JSON.stringify({ mode: 'shared', argv: ['true'] })];
  await execute(next, words, { cwd: '/' });
  expect(groupsOf(orchestrator.pid ?? 0)).toEqual([]);
});

test.runIf(reachable(ORCHESTRATOR))('an ordinary user without control groups is bounded all the same', async () => {
  const hog = 'my @all; push @all, "x" x 5_000_000 while @all < 15; sleep 20';
  const divided = `perl -e '${hog}' & perl -e '${hog}' & perl -e '${hog}' & wait -n; exit 9`;
  const assignment = JSON.stringify({
    mode: 'shared',
    argv: ['/bin/bash', '-c', divided],
    limits: { memoryBytes: 128 * MEBIBYTE },
  });
  const [command, ...rest] = [...ordinaryUser, process.execPath, ORCHESTRATOR, assignment];
  const { stderr } = await execute(command, rest, { cwd: '/' });
  expect(stderr).toContain('out-of-memory 9');
});

function inNetwork(net: string): string[] {
  return pids().filter((pid) => link(`/proc/${pid}/ns/net`) === net);
}

/** Launchers that have not entered yet, and the processes that wait for those that have. */
function toolsFor(holder: number): string[] {
  return pids().filter((pid) => read(`/proc/${pid}/cmdline`).includes(`--target=${holder}\0`));
}

/** Other tests remove their groups meanwhile, which a glob does not mind. */
function groupsOf(runner: number): string[] {
  return globSync(`/sys/fs/cgroup/**/duovir-${runner}-*`);
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone since it was listed
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // gone since it was listed
  }
}
