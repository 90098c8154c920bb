import { fitText, plainText, textWidth, wrapText } from '../terminal/text.ts';
import type { Style, Terminal } from '../terminal/terminal.ts';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One thing to say. It becomes one line of the terminal, or several when it may wrap. */
export interface Line {
  /** Levels of two columns. */
  readonly indent: number;
  readonly spans: readonly Span[];
  /** Text that may need more room: broken at spaces, under where it begins, into at most `lines` lines. */
  readonly body?: Span & { readonly lines: number; /** Begins each of its lines. */ readonly bar?: string };
}

export const span = (text: string, style: Style = 'plain'): Span => ({ text: plainText(text), style });
export const line = (indent: number, ...spans: readonly Span[]): Line => ({ indent, spans });
export const blank: Line = { indent: 0, spans: [] };

export const marks = {
  good: { text: '✔', style: 'good' },
  bad: { text: '✖', style: 'bad' },
  warn: { text: '!', style: 'warn' },
  stage: { text: '◆', style: 'accent' },
  skip: { text: '↷', style: 'quiet' },
  undo: { text: '↶', style: 'warn' },
  wait: { text: '⏸', style: 'warn' },
  ask: { text: '?', style: 'accent' },
} as const satisfies Record<string, Span>;

const INDENT = 2;
const GAP = '  ';
/** Less than this is not taken from the text for its margin. */
const NARROWEST = 16;

/** Lines of the terminal, none wider than it, each ending in a newline. */
export function renderLine(terminal: Terminal, { indent, spans, body }: Line): string {
  const margin = ' '.repeat(Math.max(0, Math.min(indent * INDENT, terminal.columns - NARROWEST)));
  const room = Math.max(terminal.columns - margin.length, NARROWEST);
  const head = paint(terminal, fitSpans(spans, room));
  if (!body) return `${margin}${head.text}\n`;
  const text = plainText(body.text);
  if (head.columns > 0 && head.columns + GAP.length + textWidth(text) <= room)
    return `${margin}${head.text}${GAP}${terminal.style(body.style, text)}\n`;
  const bar = body.bar ?? (head.columns > 0 ? ' '.repeat(INDENT) : '');
  const rows = cutRows(wrapText(text, room - bar.length), body.lines, room - bar.length)
    .filter((row) => row !== '')
    .map((row) => `${margin}${terminal.style('quiet', bar)}${terminal.style(body.style, row)}\n`);
  return [...(head.columns > 0 ? [`${margin}${head.text}\n`] : []), ...rows].join('');
}

/** A mark stands close to what it marks; everything else has a gap before it. */
function paint(terminal: Terminal, spans: readonly Span[]): { readonly text: string; readonly columns: number } {
  let text = '';
  let columns = 0;
  spans.forEach((one, index) => {
    const gap = gapBefore(spans, index);
    text += gap + terminal.style(one.style, one.text);
    columns += gap.length + textWidth(one.text);
  });
  return { text, columns };
}

function gapBefore(spans: readonly Span[], index: number): string {
  if (index === 0) return '';
  return textWidth(spans[index - 1]?.text ?? '') === 1 ? ' ' : GAP;
}

function cutRows(rows: readonly string[], most: number, columns: number): string[] {
  if (rows.length <= most) return [...rows];
  return [...rows.slice(0, most - 1), fitText(rows.slice(most - 1).join(' '), columns)];
}

/** Cuts the first span that does not fit and drops what comes after it. */
function fitSpans(spans: readonly Span[], columns: number): Span[] {
  const fitting: Span[] = [];
  let left = columns;
  for (const [index, one] of spans.entries()) {
    left -= gapBefore(spans, index).length;
    if (left < 2) break;
    const text = fitText(one.text, left);
    fitting.push({ text, style: one.style });
    left -= textWidth(text);
  }
  return fitting;
}
