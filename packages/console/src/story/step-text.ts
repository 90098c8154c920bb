import type { RunEvent } from '@duovir/protocol';
import { duration } from '../time.ts';
import type { Tone } from './event-text.ts';

type Start = Extract<RunEvent, { readonly type: 'step-start' }>['body'];
type End = Extract<RunEvent, { readonly type: 'step-end' }>['body'];

const causes: Record<End['cause'], string> = {
  exit: 'ended with an error',
  timeout: 'took too long',
  'out-of-memory': 'ran out of memory',
  'output-cap': 'wrote too much',
  cancelled: 'was stopped',
  infrastructure: 'could not be carried out',
  'not-ready': 'did not get ready',
  'sandbox-lost': 'lost its sandbox',
};

const LAST_LINES = 6;
const WIDEST = 500;

export function stepTitle({ title, purpose, attempt }: Start): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  return purpose === 'apply' ? title + again : `Undo: ${title}`;
}

export function stepEnding(body: End): { readonly tone: Tone; readonly note: string } {
  const time = duration(body.milliseconds);
  if (body.outcome === 'succeeded') return { tone: body.purpose === 'apply' ? 'good' : 'warn', note: time };
  const exit = body.exit === null ? '' : `, exit ${body.exit}`;
  return { tone: 'bad', note: `${causes[body.cause]}${exit} after ${time}` };
}

/** The end of what a command wrote. */
export function lastLines(output: readonly string[]): string[] {
  const lines = output.flatMap((text) => text.trimEnd().split('\n')).slice(-LAST_LINES);
  return lines.map((line) => (line.length > WIDEST ? `${line.slice(0, WIDEST)} …` : line));
}
