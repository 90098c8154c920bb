import { setTimeout as sleep } from 'node:timers/promises';
import { checkCommand, commandFlags, type CommandSpecification } from './command-flags.ts';
import type { Entry } from './entry.ts';
import { exitStatus } from './exit-status.ts';
import { LineReader } from './lines.ts';
import { type Output, OutputCollector } from './output.ts';
import type { OutputFilter } from './output-filter.ts';
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
  /** One for each stream. */
  readonly filter?: () => OutputFilter;
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
  const execution = new Execution(prepare(), command, access);
  const timer = setTimeout(() => execution.stop('timeout'), command.timeoutMs);
  const cancel = (): void => execution.stop('cancelled');
  command.signal?.addEventListener('abort', cancel, { once: true });
  if (command.signal?.aborted) cancel();
  else execution.begin();
  await execution.over;
  clearTimeout(timer);
  command.signal?.removeEventListener('abort', cancel);
  return execution.result();
}

class Execution {
  readonly #entry: Entry;
  readonly #command: Command;
  readonly #access: CommandAccess;
  readonly #started = performance.now();
  readonly #killsBefore: number;
  readonly #streams: { readonly stdout: OutputCollector; readonly stderr: OutputCollector };
  readonly #lines: { readonly stdout: LineReader; readonly stderr: LineReader };
  readonly #over = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<boolean>();
  #stopped: CommandCause | undefined;
  #killing: Promise<void> | undefined;

  constructor(entry: Entry, command: Command, access: CommandAccess) {
    this.#entry = entry;
    this.#command = command;
    this.#access = access;
    this.#killsBefore = access.outOfMemoryKills();
    const cap = command.outputCapBytes;
    this.#streams = {
      stdout: new OutputCollector(cap, command.filter?.()),
      stderr: new OutputCollector(cap, command.filter?.()),
    };
    this.#lines = { stdout: this.#collect('stdout'), stderr: this.#collect('stderr') };
    entry.child.once('exit', () => this.#over.resolve());
    entry.child.once('error', () => this.#over.resolve());
    entry.child.once('close', () => this.#closed.resolve(false));
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  begin(): void {
    const { argv, stdin, isolated = false } = this.#command;
    this.#entry.launch({ flags: commandFlags(this.#command, this.#access.access, isolated), argv, stdin });
  }

  /** Kills all of it; the first reason counts. A tree that cannot be killed is given up, and said to be so. */
  stop(cause: CommandCause): void {
    if (this.#stopped) return;
    this.#stopped = cause;
    this.#killing = killTree(this.#entry).then((gone) => {
      if (!gone) this.#stopped = 'infrastructure';
      this.#over.resolve();
    });
  }

  async result(): Promise<RawResult> {
    const { child } = this.#entry;
    // The streams do not close while a daemon that the command left behind holds them.
    const held = await Promise.race([this.#closed.promise, sleep(DRAIN_MS, true, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    await this.#killing;
    const { stdout, stderr } = this.#streams;
    for (const name of ['stdout', 'stderr'] as const) {
      this.#lines[name].add(this.#streams[name].end());
      this.#lines[name].end();
    }
    const end = this.#end(stderr.output().text);
    this.#entry.close();
    return {
      ...end,
      stdout: stdout.output(),
      stderr: stderr.output(),
      content: stdout.content(),
      held,
      elapsedMs: performance.now() - this.#started,
    };
  }

  #end(complaint: string): Pick<CommandResult, 'cause' | 'exit'> {
    if (this.#stopped) return { cause: this.#stopped, exit: null };
    const exit = exitStatus(this.#entry, complaint);
    if (exit === null) return { cause: 'infrastructure', exit };
    const starved = exit !== 0 && this.#access.outOfMemoryKills() > this.#killsBefore;
    return { cause: starved ? 'out-of-memory' : 'exit', exit };
  }

  #collect(name: 'stdout' | 'stderr'): LineReader {
    const { onOutput, outputCapBytes } = this.#command;
    const reader = new LineReader((line) => onOutput?.(name, line));
    const collector = this.#streams[name];
    this.#entry.child[name]?.on('data', (chunk: Buffer) => {
      const shown = collector.add(chunk);
      if (onOutput) reader.add(shown);
      if (collector.bytes > outputCapBytes) this.stop('output-cap');
    });
    return reader;
  }
}
