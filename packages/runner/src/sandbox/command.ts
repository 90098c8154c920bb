import { setTimeout as sleep } from 'node:timers/promises';
import { checkCommand, commandFlags, type CommandSpecification } from './command-flags.ts';
import type { Entry } from './entry.ts';
import { exitStatus } from './exit-status.ts';
import { LineReader } from './lines.ts';
import { type Output, OutputCollector } from './output.ts';
import { killTree } from './process-tree.ts';

export interface Command extends CommandSpecification {
  readonly stdin?: string | Uint8Array;
  readonly timeoutMs: number;
  /** Of each stream, in bytes. More than that ends the command. */
  readonly outputCapBytes: number;
  /** Own process ids: it sees and signals no other process of the sandbox, and all of it ends with its first process. */
  readonly isolated?: boolean;
  /** Called for each line, without its newline. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly signal?: AbortSignal;
}

export type CommandCause = 'exit' | 'timeout' | 'out-of-memory' | 'output-cap' | 'cancelled' | 'infrastructure';

export interface CommandResult {
  /** Why it ended. `infrastructure`: the sandbox's tools failed or were killed; nothing is known of the command. */
  readonly cause: CommandCause;
  /** Exit status as a shell gives it: 128 + n after signal n, 127 and 126 when the program cannot be executed. */
  readonly exit: number | null;
  readonly stdout: Output;
  readonly stderr: Output;
  /** A process it started still holds its output; what that writes is no longer read. */
  readonly held: boolean;
  readonly elapsedMs: number;
}

export interface CommandAccess {
  readonly access: 'read-write' | 'read-only';
  /** How often the sandbox has lost a process for want of memory, so far. */
  outOfMemoryKills(): number;
}

/** A command's result with the bytes of its output, where a file is being read. */
export interface RawResult extends CommandResult {
  readonly content: Buffer;
}

const DRAIN_MS = 250;

/** Runs a command to its end. Never rejects for what the command does; only `argument-invalid` is thrown. */
export async function runCommand(prepare: () => Entry, command: Command, access: CommandAccess): Promise<RawResult> {
  checkCommand(command);
  const started = performance.now();
  const killsBefore = access.outOfMemoryKills();
  const entry = prepare();
  const streams = {
    stdout: new OutputCollector(command.outputCapBytes),
    stderr: new OutputCollector(command.outputCapBytes),
  };

  let cause: CommandCause = 'exit';
  let killing: Promise<unknown> | undefined;
  const stop = (why: CommandCause): void => {
    if (killing) return;
    cause = why;
    killing = killTree(entry);
  };
  const lines = (['stdout', 'stderr'] as const).map((name) => {
    const reader = new LineReader((line) => command.onOutput?.(name, line));
    entry.child[name]?.on('data', (chunk: Buffer) => {
      streams[name].add(chunk);
      if (command.onOutput) reader.add(chunk);
      if (streams[name].bytes > command.outputCapBytes) stop('output-cap');
    });
    return reader;
  });
  const timer = setTimeout(stop, command.timeoutMs, 'timeout');
  const cancel = (): void => stop('cancelled');
  command.signal?.addEventListener('abort', cancel, { once: true });

  const ended = new Promise<void>((resolve) => {
    entry.child.once('exit', () => resolve());
    entry.child.once('error', () => resolve());
  });
  const closed = new Promise<boolean>((resolve) => entry.child.once('close', () => resolve(false)));
  const flags = commandFlags(command, access.access, command.isolated ?? false);
  if (command.signal?.aborted) cancel();
  else entry.launch({ flags, argv: command.argv, stdin: command.stdin });
  await ended;
  clearTimeout(timer);
  command.signal?.removeEventListener('abort', cancel);
  await killing;
  // The streams do not close while a daemon that the command left behind holds them.
  const held = await Promise.race([closed, sleep(DRAIN_MS, true)]);
  entry.child.stdout?.destroy();
  entry.child.stderr?.destroy();
  for (const reader of lines) reader.end();

  const stderr = streams.stderr.output();
  const exit = killing ? null : exitStatus(entry, stderr.text);
  if (!killing && exit === null) cause = 'infrastructure';
  else if (!killing && exit !== 0 && access.outOfMemoryKills() > killsBefore) cause = 'out-of-memory';
  entry.close();
  return {
    cause,
    exit,
    stdout: streams.stdout.output(),
    stderr,
    content: streams.stdout.content(),
    held,
    elapsedMs: performance.now() - started,
  };
}
