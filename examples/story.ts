import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { runEventSchema, type EventType, type RunEvent } from '@duovir/protocol';

const COMMAND = join(import.meta.dirname, '../packages/cli/bin/duovir.js');
const FAILED = 1;
const INTERRUPTED = 130;

export interface Answer {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
}

/** The `duovir` command on one state directory. */
export interface Duovir {
  readonly state: string;
  /** Runs a command before the reader's eyes and answers its exit code. */
  show(...argv: readonly string[]): Promise<number>;
  /** Runs a command and answers what it wrote. */
  ask(...argv: readonly string[]): Promise<Answer>;
  /** Follows a run from its first event to its last. */
  events(run: string): Promise<readonly RunEvent[]>;
  /** The id of the newest run; undefined when there is none yet. */
  newestRun(): Promise<string | undefined>;
  /** The newest run, whose story is over. */
  lastEvents(): Promise<readonly RunEvent[]>;
  /** Digest of the motion that waits for people, as soon as there is one. */
  waitingMotion(): Promise<string>;
}

/**
 * Tells one story: brings Duovir up in a state directory of its own, tells, takes it down. What the story asserts decides
 * the exit code. `--state DIR` uses that directory and leaves it there, `--keep` leaves everything up, `--json` writes the
 * events of the run and nothing else. `prepare` is told before anything is up.
 */
export async function story(
  tell: (duovir: Duovir) => Promise<void>,
  prepare?: (duovir: Duovir) => Promise<void>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      state: { type: 'string' },
      keep: { type: 'boolean' },
      json: { type: 'boolean' },
      brains: { type: 'string' },
    },
  });
  const folder = values.state === undefined ? mkdtempSync(join(tmpdir(), 'duovir-story-')) : undefined;
  const duovir = open(values.state ?? join(folder ?? '', '.duovir'), values.json === true);
  // Ctrl-C reaches the command that runs; what follows it here is the orderly end.
  let isInterrupted = false;
  process.on('SIGINT', () => (isInterrupted = true));
  process.on('SIGTERM', () => {
    isInterrupted = true;
    for (const child of running) child.kill('SIGINT');
  });
  try {
    await prepare?.(duovir);
    if ((await duovir.show('up', '--port', '0')) !== 0) throw new Error('Duovir did not come up.');
    await tell(duovir);
  } catch (error) {
    process.exitCode = isInterrupted ? INTERRUPTED : FAILED;
    if (!isInterrupted) console.error(error);
  } finally {
    if (!values.keep) {
      await duovir.show('down', ...(folder === undefined ? [] : ['--purge']));
      if (folder !== undefined) rmSync(folder, { recursive: true });
    }
  }
}

/** What runs now, to be told when the story is told to end. */
const running = new Set<ChildProcess>();

async function endOfChild(child: ChildProcess): Promise<number> {
  running.add(child);
  const [exit] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return exit ?? FAILED;
}

function open(state: string, asJson: boolean): Duovir {
  const ask = async (...argv: readonly string[]): Promise<Answer> => {
    const child = spawn(process.execPath, [COMMAND, ...argv, '--state', state], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [output, errors] = [collect(child.stdout), collect(child.stderr)];
    const exit = await endOfChild(child);
    return { exit, output: await output, errors: await errors };
  };
  const show = async (...argv: readonly string[]): Promise<number> => {
    if (asJson && argv[0] !== 'run') return (await ask(...argv)).exit;
    const words = argv.map((word) => (/^[\w./:=@+-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    if (!asJson) console.log(styleText('dim', `\n$ duovir ${words}`));
    const child = spawn(process.execPath, [COMMAND, ...argv, ...(asJson ? ['--json'] : [])], {
      stdio: 'inherit',
      env: { ...process.env, DUOVIR_STATE: state },
    });
    return endOfChild(child);
  };
  const newestRun = async (): Promise<string | undefined> => {
    const [first = ''] = (await ask('run', 'list', '--json')).output.split('\n');
    return first === '' ? undefined : (JSON.parse(first) as { id: string }).id;
  };
  const events = async (run: string): Promise<readonly RunEvent[]> => {
    const lines = (await ask('run', 'watch', run, '--json')).output.split('\n').filter((line) => line !== '');
    return lines.map((line) => runEventSchema.parse(JSON.parse(line)));
  };
  return {
    state,
    show,
    ask,
    newestRun,
    events,
    lastEvents: async () => events((await newestRun()) ?? ''),
    waitingMotion: () =>
      until('a motion waits for people', async () => {
        const { output } = await ask('approval', 'list', '--json');
        return (JSON.parse(output) as { motion: string }[])[0]?.motion;
      }),
  };
}

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** Asks again and again until there is an answer. */
export async function until<Found>(what: string, ask: () => Promise<Found | undefined>): Promise<Found> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`It took too long until ${what}.`);
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

type EventOf<Type extends EventType> = Extract<RunEvent, { type: Type }>;

export function eventsOf<Type extends EventType>(events: readonly RunEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** The last event, which says how the run ended. */
export function endOf(events: readonly RunEvent[]): EventOf<'run-end'>['body'] {
  const [end] = eventsOf(events, 'run-end');
  if (!end) throw new Error('The run has not ended.');
  return end.body;
}

/** Says what has been proven, where nobody wants JSON only. */
export function proven(...facts: readonly string[]): void {
  if (process.argv.includes('--json')) return;
  console.log('');
  for (const fact of facts) console.log(`${styleText('green', '✔')} ${fact}`);
}
