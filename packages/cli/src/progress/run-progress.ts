import type { RunEvent } from '@duovir/protocol';
import { fitText } from '../terminal/text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatDuration } from './duration.ts';
import { renderLine } from './line.ts';
import { LiveRegion } from './live-region.ts';
import type { Activity, RunMemory } from './memory.ts';
import { formatTokens } from './money.ts';
import { Narrator } from './narrator.ts';
import { FRAME_MS, SPINNER_FRAMES } from './spinner.ts';

const BAR_COLUMNS = 16;
const LIVE_LOG_LINES = 3;
const LIVE_WRITERS = 6;

const waiting: Record<Extract<Activity, { kind: 'stage' }>['stage'], string> = {
  request: 'taking the request in',
  plan: 'the planner plans',
  review: 'reviewers read it, each alone',
  verdict: 'counting the votes',
  execute: 'minting the next permit',
  heal: 'looking for the cause',
  undo: 'undoing',
  settle: 'settling the run',
};

/** Shows a run while it goes on: what has happened stays, what is going on is drawn at the end, again and again. */
export class RunProgress implements Disposable {
  readonly #terminal: Terminal;
  readonly #narrator: Narrator;
  readonly #region: LiveRegion | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #now: () => number;
  #frame = 0;

  constructor(terminal: Terminal, hint: string, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
    this.#narrator = new Narrator(hint);
    if (!terminal.isLive) return;
    this.#region = new LiveRegion(terminal);
    this.#timer = setInterval(() => this.#draw(1), FRAME_MS);
    this.#timer.unref();
  }

  get memory(): RunMemory {
    return this.#narrator.memory;
  }

  show(event: RunEvent): void {
    const text = this.#narrator
      .tell(event)
      .map((line) => renderLine(this.#terminal, line))
      .join('');
    if (text !== '') (this.#region ?? { commit: (lines: string) => this.#terminal.write(lines) }).commit(text);
    if (this.memory.activity.kind === 'ended') this.end();
    else this.#draw(0);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#region?.clear();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  #draw(frames: number): void {
    this.#frame += frames;
    this.#region?.draw(liveLines(this.#terminal, this.memory, this.#frame, this.#now()));
  }
}

/** What goes on now, in lines that fit the terminal. */
export function liveLines(terminal: Terminal, memory: RunMemory, frame: number, now: number): string[] {
  const spinner = SPINNER_FRAMES[frame % SPINNER_FRAMES.length] ?? '';
  const head = memory.titles.size > 0 && memory.activity.kind === 'step' ? bar(terminal, memory) : '';
  const used = head === '' ? 2 : BAR_COLUMNS + progressText(memory).length + 5;
  const text = fitText(describe(memory.activity, now), Math.max(terminal.columns - used - 1, 8));
  const log = memory.activity.kind === 'step' ? memory.log.slice(-LIVE_LOG_LINES) : writing(memory);
  return [
    `${terminal.style('accent', spinner)} ${head}${text}`,
    ...log.map((one) => terminal.style('quiet', fitText(`  │ ${one}`, terminal.columns - 1))),
  ];
}

function writing({ writers }: RunMemory): string[] {
  return [...writers.values()]
    .slice(0, LIVE_WRITERS)
    .map(({ principal, tokens }) =>
      tokens === 0 ? `${principal} waits for its model` : `${principal} is writing, ${formatTokens(tokens)}`,
    );
}

const progressText = (memory: RunMemory): string => `${memory.done.size}/${memory.titles.size}`;

function bar(terminal: Terminal, memory: RunMemory): string {
  if (terminal.columns < 60) return '';
  const filled = Math.round((memory.done.size / memory.titles.size) * BAR_COLUMNS);
  const drawn =
    terminal.style('accent', '━'.repeat(filled)) + terminal.style('quiet', '─'.repeat(BAR_COLUMNS - filled));
  return `${drawn} ${terminal.style('quiet', progressText(memory))}  `;
}

function describe(activity: Activity, now: number): string {
  switch (activity.kind) {
    case 'stage':
      return waiting[activity.stage];
    case 'step': {
      const verb = activity.purpose === 'compensate' ? 'undoing: ' : '';
      const attempt = activity.attempt > 1 ? `, attempt ${activity.attempt}` : '';
      return `${verb}${activity.title}${attempt}  ${formatDuration(Math.max(0, now - activity.since))}`;
    }
    case 'people':
      return `waits for ${activity.people.join(' or ')} until ${activity.until}`;
    case 'question':
      return 'the planner waits for an answer';
    case 'ended':
      return '';
  }
}
