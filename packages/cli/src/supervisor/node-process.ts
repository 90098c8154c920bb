import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Cell } from './cell/cell.ts';
import { startInCell } from './cell/start-in-cell.ts';
import { LogFile } from './log-file.ts';
import type { Running } from './supervised.ts';

const READY_WITHIN_MS = 60_000;
/** How long it may take after the end of its input, then after SIGTERM, before SIGKILL. */
const GRACE = { endOfInputMs: 8_000, terminateMs: 2_000 };

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface NodeProcess {
  /** A TypeScript or JavaScript file. */
  readonly file: string;
  readonly arguments: readonly string[];
  readonly flags: readonly string[];
  /** All there is: nothing is inherited, so nothing leaks. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it is shown of the machine, and with which environment; all of it where there is no cell. */
  readonly cell?: Cell | undefined;
  readonly log: string;
  readonly grace?: typeof GRACE;
}

/**
 * Starts Node on one file. When the supervisor dies, even by SIGKILL, the kernel kills the child (`--pdeathsig`, `--die-with-parent`),
 * and should that have come too early, the end of its standard input stops it.
 */
export async function startNode(what: NodeProcess): Promise<Running> {
  const argv = [process.execPath, ...what.flags, what.file, ...what.arguments];
  const child: Child = what.cell
    ? startInCell(what.cell, argv)
    : spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
        env: what.environment,
        stdio: ['pipe', 'pipe', 'pipe'],
        cwd: '/',
      });
  await once(child, 'spawn');
  const log = new LogFile(what.log);
  child.stdin.on('error', () => undefined); // EPIPE: it has ended, which `exit` tells.
  child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      log.write(`-- ended ${signal ?? `with code ${code}`} at ${new Date().toISOString()}\n`);
      log.close();
      resolve(`it ended ${signal === null ? `with code ${code}` : `by ${signal}`}; see ${what.log}`);
    });
  });
  return {
    pid: child.pid ?? 0,
    ready: readyLine(child, log, ended),
    ended,
    stop: () => stop(child, ended, what.grace ?? GRACE),
  };
}

/** Resolves at the line `ready` on standard output, which then goes on into the log. */
function readyLine(child: Child, log: LogFile, ended: Promise<string>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('it was not ready in time')), READY_WITHIN_MS);
  let head = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log.write(chunk);
    head = (head + chunk.toString('utf8')).slice(-4096);
    if (/(?:^|\n)ready\n/.test(head)) resolve();
  });
  void ended.then((reason) => reject(new Error(reason)));
  promise.then(
    () => clearTimeout(timer),
    () => clearTimeout(timer),
  );
  return promise;
}

async function stop(child: Child, ended: Promise<string>, grace: typeof GRACE): Promise<void> {
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), grace.endOfInputMs),
    setTimeout(() => child.kill('SIGKILL'), grace.endOfInputMs + grace.terminateMs),
  ];
  child.stdin.end();
  await ended;
  for (const timer of timers) clearTimeout(timer);
}
