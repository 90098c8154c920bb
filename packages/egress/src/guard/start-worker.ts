import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Far above what the detectors need; a text that makes them swell ends the worker, not the server. */
const HEAP_MB = 256;
/** It reads its own program, and computes. */
const LIMITS = [`--max-old-space-size=${HEAP_MB}`, '--permission', '--allow-fs-read=*'];

/**
 * Starts the program with nothing of the server's environment, switches, files and output: what it has read of a text is nowhere but
 * in its answer. The kernel ends it with the server, even in the middle of a text that never ends.
 */
export function startWorker(program: URL): ChildProcess {
  return spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--no-new-privs', '--', process.execPath, ...LIMITS, fileURLToPath(program)],
    { env: {}, cwd: '/', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
  );
}

/** A process that has nothing else to do need not wait for a worker that nobody asks. */
export function waitNoLongerFor(worker: ChildProcess): void {
  worker.unref();
  worker.channel?.unref();
}

/** Resolves when it has ended. */
export async function endWorker(worker: ChildProcess): Promise<void> {
  const hasEnded = worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null;
  if (hasEnded) return;
  worker.ref();
  worker.kill('SIGKILL');
  await new Promise((resolve) => void worker.once('exit', resolve));
}
