import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, readSync } from 'node:fs';
import { withoutLeaks } from './descriptors.ts';
import { confined, type Confinement, TOOL_ENVIRONMENT } from './launcher.ts';
import { fillMemoryFile, nulTerminated, openMemoryFile, reopenMemoryFile } from './memory-file.ts';
import type { ProcessTree } from './process-tree.ts';

/** What every entry into one sandbox has in common. */
export interface Threshold {
  /** Host pid of the holder. */
  readonly holder: number;
  readonly confinement: Confinement;
  /** Descriptor of the seccomp filter. */
  readonly filter: number;
  readonly leaking: readonly number[];
  readonly nullDevice: number;
}

/** What bubblewrap, which nothing in the sandbox can touch, has reported of the command. */
export type EntryStatus =
  | { readonly kind: 'launching' }
  /** Set up, and never seen to end: the command is running, or its program could not be executed. */
  | { readonly kind: 'entered'; readonly pidInside: number; readonly mount: number }
  | { readonly kind: 'ended'; readonly pidInside: number; readonly mount: number; readonly exit: number };

/** What an entry is to become. */
export interface Errand {
  readonly flags: readonly string[];
  /** Further flags, to be seen in the argument list. */
  readonly mark?: readonly string[];
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array | string | undefined;
}

const FILTER = 3;
const FLAGS = 4;
const STATUS = 5;
const STATUS_BYTES = 4096;

/**
 * Waits for one line on its input, appends the words in it to its arguments and becomes that. `read` takes byte by
 * byte, so what follows the line is left for the command.
 */
const AWAIT_WORDS = `IFS= read -r words || exit 125
n='
'
eval "exec \\"\\$@\\" $words"`;

/**
 * One way into a sandbox, prepared before it is needed: a process that is already in the control groups, has its user
 * and rlimits, and waits to be told what to become. Joining a control group waits for the whole kernel (milliseconds),
 * which is the greater part of starting a command; so it is done beforehand.
 */
export class Entry implements ProcessTree {
  readonly child: ChildProcess;
  readonly #flags: number;
  readonly #status: number;
  #last: EntryStatus | undefined;
  #ended = false;

  constructor(threshold: Threshold) {
    const { holder, confinement, filter, leaking, nullDevice } = threshold;
    const [command = '', ...rest] = confined(confinement, [
      'sh',
      '-c',
      AWAIT_WORDS,
      'sh',
      'nsenter',
      `--target=${holder}`,
      '--user',
      '--mount',
      '--pid',
      '--net',
      '--ipc',
      '--uts',
      '--cgroup',
      '--preserve-credentials',
      '--',
      'bwrap',
      '--seccomp',
      String(FILTER),
      '--args',
      String(FLAGS),
      '--json-status-fd',
      String(STATUS),
    ]);
    this.#flags = openMemoryFile();
    this.#status = openMemoryFile();
    const given = ['pipe', 'pipe', 'pipe', reopenMemoryFile(filter), this.#flags, this.#status] as const;
    this.child = spawn(command, rest, {
      cwd: '/',
      env: TOOL_ENVIRONMENT,
      stdio: withoutLeaks(given, leaking, nullDevice),
    });
    closeSync(given[FILTER]);
    this.child.once('exit', () => (this.#ended = true));
    this.child.once('error', () => (this.#ended = true));
    // A command may end, or never read, before all of its input is written.
    this.child.stdin?.on('error', () => undefined);
  }

  get launcher(): number | undefined {
    return this.child.pid;
  }

  ended(): boolean {
    return this.#ended;
  }

  mount(): number | undefined {
    const status = this.status();
    return status.kind === 'launching' ? undefined : status.mount;
  }

  /** Flags, which carry the environment, go through a file without name: an argument list is readable by everybody. */
  launch({ flags, mark = [], argv, stdin }: Errand): void {
    fillMemoryFile(this.#flags, nulTerminated(flags));
    this.child.stdin?.write(`${[...mark, '--', ...argv].map(quoted).join(' ')}\n`);
    this.child.stdin?.end(stdin);
  }

  status(): EntryStatus {
    if (this.#last) return this.#last;
    const bytes = Buffer.alloc(STATUS_BYTES);
    const text = bytes.toString('utf8', 0, readSync(this.#status, bytes, 0, STATUS_BYTES, 0));
    const [pidInside, mount, exit] = ['child-pid', 'mnt-namespace', 'exit-code'].map((key) => number(text, key));
    if (pidInside === undefined || mount === undefined) return { kind: 'launching' };
    return exit === undefined ? { kind: 'entered', pidInside, mount } : { kind: 'ended', pidInside, mount, exit };
  }

  /** Lets go of the files; the status stays what it was. */
  close(): void {
    if (this.#last) return;
    this.#last = this.status();
    closeSync(this.#flags);
    closeSync(this.#status);
  }
}

/** One word for a POSIX shell on one line: newlines come from the variable `n`. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`).replaceAll('\n', `'"$n"'`)}'`;
}

function number(text: string, key: string): number | undefined {
  const digits = new RegExp(`"${key}": (\\d+)`).exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
