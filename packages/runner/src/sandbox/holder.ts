import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { withoutLeaks } from './descriptors.ts';
import { SandboxError } from './error.ts';
import { etcFiles } from './etc-files.ts';
import { type Confinement, confined, TOOL_ENVIRONMENT } from './launcher.ts';
import type { SandboxLimits } from './limits.ts';
import { openMemoryFile } from './memory-file.ts';
import { holderMounts } from './mounts.ts';
import { namespaceOf, startTimeOf } from './process-table.ts';
import { signalProcess } from './process-tree.ts';

export interface HolderSpecification {
  /** Becomes the host name, so that whoever enters can see where they are. */
  readonly run: string;
  readonly generation: number;
  readonly hosts: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  readonly confinement: Confinement;
  /** Descriptors that would leak into the sandbox, and what to give instead. */
  readonly leaking: readonly number[];
  readonly nullDevice: number;
}

/** The process that owns the namespaces of a run. When it dies, the kernel kills everything in them. */
export interface Holder {
  readonly pid: number;
  readonly startTime: number;
  /** Inode of the network namespace: whatever is in it belongs to this sandbox. */
  readonly net: number;
  /** Resolves when the holder is gone, and all of the sandbox with it. */
  readonly ended: Promise<void>;
  kill(): void;
}

const OPENING_MS = 15_000;
const INFORMATION = 3;
const FIRST_ETC = 4;

/**
 * PID 1 ignores SIGCHLD, so that the kernel reaps orphans, and waits for the end of its input: our end of that pipe
 * closes when we die, however we die, even where the parent-death signal would not come (it is tied to a thread).
 */
const FIRST_PROCESS = 'echo ready; exec /usr/bin/env --ignore-signal=CHLD /usr/bin/cat >/dev/null 2>&1';

/** Throws `infrastructure` with what bubblewrap said; see doctor.ts for the cause behind it. */
export async function openHolder(specification: HolderSpecification): Promise<Holder> {
  const { run, generation, hosts, limits, leaking, nullDevice } = specification;
  const etc = Object.entries(etcFiles(run, generation, hosts)).map(([name, text], index) => ({
    path: `/etc/${name}`,
    file: openMemoryFile(text),
    descriptor: FIRST_ETC + index,
  }));
  const [command = '', ...rest] = confined(specification.confinement, [
    'bwrap',
    ...holderNamespaces(run),
    ...holderMounts(limits, etc),
    '--info-fd',
    String(INFORMATION),
    '--',
    '/bin/sh',
    '-c',
    FIRST_PROCESS,
  ]);
  const given = ['pipe', 'pipe', 'pipe', 'pipe', ...etc.map(({ file }) => file)] as const;
  const child = spawn(command, rest, {
    cwd: '/',
    env: TOOL_ENVIRONMENT,
    stdio: withoutLeaks(given, leaking, nullDevice),
  });
  for (const { file } of etc) closeSync(file);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });

  const pid = await firstProcess(child);
  const [startTime, net] = [startTimeOf(pid), namespaceOf(pid, 'net')];
  if (startTime === undefined || net === undefined) {
    child.kill('SIGKILL');
    throw new SandboxError('infrastructure', 'the first process of the sandbox died at once');
  }
  return { pid, startTime, net, ended, kill: () => void signalProcess(pid, 'SIGKILL') };
}

/**
 * Uid 0 only in the holder's own user namespace: it is what lets one namespace do, which nsenter can join. No command
 * ever runs there, for each has a user namespace of its own.
 */
function holderNamespaces(run: string): string[] {
  return [
    '--as-pid-1',
    '--unshare-user',
    '--uid',
    '0',
    '--gid',
    '0',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup',
    '--hostname',
    run,
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
  ];
}

/** Host pid of PID 1. bubblewrap tells it before the mounts are finished, so the word of PID 1 itself counts too. */
function firstProcess(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let information = '';
    let greeting = '';
    let complaint = '';
    const fail = (detail: string, cause?: Error): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new SandboxError('infrastructure', detail, cause));
    };
    const timer = setTimeout(() => fail(`the sandbox was not ready within ${OPENING_MS} ms`), OPENING_MS);
    const look = (): void => {
      if (!greeting.includes('ready') || !information.includes('}')) return;
      clearTimeout(timer);
      resolve(Number(/"child-pid": (\d+)/.exec(information)?.[1]));
    };
    child.stdio[INFORMATION]?.on('data', (chunk: Buffer) => {
      information += chunk.toString();
      look();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      greeting += chunk.toString();
      look();
    });
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.once('error', (error) => fail(`the sandbox cannot be started: ${error.message}`, error));
    child.once('close', () => fail(`the sandbox did not open: ${complaint.trim()}`));
  });
}
