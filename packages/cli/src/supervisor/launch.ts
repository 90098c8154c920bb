import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';
import { compileCache } from './compile-cache.ts';
import { readStatus } from './control-client.ts';
import { isReady, type SupervisorStatus } from './status.ts';

const READY_WITHIN_MS = 90_000;
const POLL_MS = 40;
/** What `flock` ends with when another supervisor holds the lock. */
const LOCKED = 75;
const MAIN = new URL('./main.ts', import.meta.url);

export interface Launch {
  readonly state: StateDirectory;
  /** Stay in the foreground, and end when the caller ends. */
  readonly foreground: boolean;
  onStatus(status: SupervisorStatus): void;
}

export interface Launched {
  readonly status: SupervisorStatus;
  readonly child: ChildProcess;
}

/**
 * Starts the supervisor under a lock that the kernel releases however it ends, so that two never run on one state, and
 * waits until everything is ready.
 */
export async function launchSupervisor({ state, foreground, onStatus }: Launch): Promise<Launched> {
  const logPath = join(state.log, 'supervisor.log');
  const begin = sizeOf(logPath);
  const child = start(state, foreground, logPath);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(code === LOCKED ? 'another supervisor runs on this state' : `it ended ${signal ?? `with code ${code}`}`),
    );
  });
  let exit: string | undefined;
  void ended.then((reason) => (exit = reason));
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const status = exit === undefined ? await readStatus(state) : undefined;
    if (status) onStatus(status);
    if (status && isReady(status)) return { status, child };
    const failure = exit ?? failureIn(status) ?? (performance.now() > deadline ? 'not ready in time' : undefined);
    if (failure !== undefined) throw startFailed(failure, state, lastLine(logPath, begin));
    await sleep(POLL_MS);
  }
}

function start(state: StateDirectory, foreground: boolean, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a', 0o600);
  const lock = ['--no-fork', '--nonblock', '--conflict-exit-code', String(LOCKED), join(state.root, 'supervisor.lock')];
  // In the foreground it belongs to the caller and ends with it.
  const bond = foreground ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
  const supervisor = [process.execPath, '--max-semi-space-size=1', fileURLToPath(MAIN), state.root];
  try {
    const child = spawn('flock', [...lock, ...bond, ...supervisor], {
      detached: !foreground,
      cwd: '/',
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        NODE_COMPILE_CACHE: compileCache(state),
      },
    });
    if (!foreground) child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function failureIn(status: SupervisorStatus | undefined): string | undefined {
  const failed = status?.processes.find(({ kind }) => kind === 'failed');
  return failed && `${failed.name} does not start: ${failed.reason ?? 'for an unknown reason'}`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last thing that was written since `begin`, for the message. */
function lastLine(path: string, begin: number): string | undefined {
  const text = readFileSync(path).subarray(begin).toString('utf8');
  return text.split('\n').findLast((line) => /\S/.test(line) && !/^\s+at |^Node\.js/.test(line));
}

function startFailed(reason: string, state: StateDirectory, line: string | undefined): CliError {
  return new CliError(
    'start-failed',
    `Duovir did not start: ${reason}${line === undefined ? '' : ` (${line.trim()})`}.`,
    `Look into ${state.log}, solve what it names, then run \`duovir up\` again.`,
  );
}
