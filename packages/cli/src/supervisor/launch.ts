import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';
import { compileCache } from './compile-cache.ts';
import { readStatus } from './control-client.ts';
import { keyVariables, trustedPolicy } from './key-variables.ts';
import { parseRefusal } from './refusal.ts';
import { isReady, type ProcessStatus, type SupervisorStatus } from './status.ts';

const READY_WITHIN_MS = 90_000;
const POLL_MS = 40;
const END_WITHIN_MS = 20_000;
/** Somebody waits: sooner than the supervisor itself would give up. */
const HOPELESS_RESTARTS = 4;
/** What `flock` ends with when another supervisor holds the lock. */
const LOCKED = 75;
const MAIN = new URL('./main.ts', import.meta.url);

export interface Launch {
  readonly state: StateDirectory;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A person accepts that agents are not kept apart. */
  readonly withoutCells: boolean;
  /** Stay in the foreground, and end when the caller ends. */
  readonly foreground: boolean;
  readonly interrupted: AbortSignal;
  onStatus(status: SupervisorStatus): void;
}

export interface Launched {
  readonly status: SupervisorStatus;
  readonly child: ChildProcess;
}

type Exit = { readonly kind: 'locked' } | { readonly kind: 'ended'; readonly reason: string };

/**
 * Starts the supervisor under a lock that the kernel releases however it ends, so that two never run on one state, and
 * waits until everything is ready. Where somebody else is just starting it, waits for that one.
 */
export async function launchSupervisor(launch: Launch): Promise<Launched> {
  const { state } = launch;
  const logPath = join(state.log, 'supervisor.log');
  const begin = sizeOf(logPath);
  const child = start(launch, logPath);
  let exit: Exit | undefined;
  child.once('error', (error) => (exit = { kind: 'ended', reason: error.message }));
  child.once('exit', (code, signal) => {
    exit =
      code === LOCKED ? { kind: 'locked' } : { kind: 'ended', reason: `it ended ${signal ?? `with code ${code}`}` };
  });
  try {
    return { status: await untilReady(launch, logPath, begin, () => exit), child };
  } catch (error) {
    // What did not come up whole does not stay up half, using memory and locks; unless it is somebody else's.
    if (exit === undefined) await end(child);
    throw error;
  }
}

/** The supervisor may not listen yet, so it is told by a signal, and its children end with it in any case. */
async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

async function untilReady(
  { state, interrupted, onStatus }: Launch,
  logPath: string,
  begin: number,
  exit: () => Exit | undefined,
): Promise<SupervisorStatus> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    interrupted.throwIfAborted();
    const ended = exit();
    if (ended?.kind === 'ended') throw startFailed(ended.reason, state, lastError(logPath, begin));
    const status = await readStatus(state);
    if (status) onStatus(status);
    if (status && isReady(status)) return status;
    const hopeless = status && hopelessIn(status);
    if (hopeless)
      throw startFailed(
        `${hopeless.name} does not start`,
        state,
        lastError(join(state.log, `${hopeless.name}.log`), 0) ?? hopeless.reason ?? undefined,
      );
    if (performance.now() > deadline) throw startFailed('not everything was ready in time', state, undefined);
    await sleep(POLL_MS);
  }
}

function start({ state, host, port, withoutCells, foreground }: Launch, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a', 0o600);
  const lock = ['--no-fork', '--nonblock', '--conflict-exit-code', String(LOCKED), join(state.root, 'supervisor.lock')];
  // In the foreground it belongs to the caller and ends with it.
  const bond = foreground ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];
  const wish = [
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(withoutCells ? ['--without-cells'] : []),
  ];
  const supervisor = [process.execPath, '--max-semi-space-size=1', fileURLToPath(MAIN), ...wish, '--', state.root];
  try {
    const child = spawn('flock', [...lock, ...bond, ...supervisor], {
      detached: !foreground,
      cwd: '/',
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        NODE_COMPILE_CACHE: compileCache(state),
        ...keyVariables(trustedPolicy(state), process.env),
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
  return (
    lines.findLast((line) => /^\S*Error\b|^\S+: error: |^refused /.test(line)) ??
    lines.findLast((line) => /\w/.test(line))
  );
}

function startFailed(reason: string, state: StateDirectory, line: string | undefined): CliError {
  const refusal = line === undefined ? undefined : parseRefusal(line);
  if (refusal) return refusal;
  return new CliError(
    'start-failed',
    `Duovir did not start: ${reason}${line === undefined ? '' : `: ${line.trim().replace(/[.:{ ]+$/, '')}`}.`,
    `Look into ${state.log}, solve what it names, then run \`duovir up\` again.`,
  );
}
