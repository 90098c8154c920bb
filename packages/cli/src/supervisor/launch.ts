import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';
import { compileCache } from './compile-cache.ts';
import { readStatus } from './control-client.ts';
import { isReady, type ProcessStatus, type SupervisorStatus } from './status.ts';

const READY_WITHIN_MS = 90_000;
const POLL_MS = 40;
/** Somebody waits: sooner than the supervisor itself would give up. */
const HOPELESS_RESTARTS = 4;
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
    if (exit !== undefined) throw startFailed(exit, state, lastError(logPath, begin));
    const hopeless = status && hopelessIn(status);
    if (hopeless)
      throw startFailed(
        `${hopeless.name} does not start`,
        state,
        lastError(join(state.log, `${hopeless.name}.log`), 0),
      );
    if (performance.now() > deadline) throw startFailed('not everything was ready in time', state, undefined);
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

function hopelessIn({ processes }: SupervisorStatus): ProcessStatus | undefined {
  return processes.find(
    ({ kind, restarts }) => kind === 'failed' || (kind === 'restarting' && restarts >= HOPELESS_RESTARTS),
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was wrong, out of what was written since `begin`: the error itself, not the end of its stack. */
function lastError(path: string, begin: number): string | undefined {
  if (sizeOf(path) === 0) return undefined;
  const lines = readFileSync(path).subarray(begin).toString('utf8').split('\n');
  return lines.findLast((line) => /^\S*Error\b|^\S+: error: /.test(line)) ?? lines.findLast((line) => /\w/.test(line));
}

function startFailed(reason: string, state: StateDirectory, line: string | undefined): CliError {
  return new CliError(
    'start-failed',
    `Duovir did not start: ${reason}${line === undefined ? '' : `: ${line.trim().replace(/[.:{ ]+$/, '')}`}.`,
    `Look into ${state.log}, solve what it names, then run \`duovir up\` again.`,
  );
}
