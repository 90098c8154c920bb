import type { PromptName } from '@duovir/agents';
import type { Outcome } from './evaluate.ts';

/** All outcomes of one prompt's set: for each case as many as it was tried. */
export interface PromptOutcomes {
  readonly prompt: PromptName;
  readonly cases: readonly { readonly id: string; readonly outcomes: readonly Outcome[] }[];
}

export interface Figures {
  readonly prompt: PromptName;
  readonly cases: number;
  readonly times: number;
  /** Share of all tries that passed. */
  readonly passAt1: number;
  /** Share of cases that passed every time. */
  readonly passAll: number;
  readonly abstentions: number;
  readonly calls: number;
  readonly tokens: number;
  readonly microUsd: number;
  readonly latencyMs: number;
}

export function figuresOf({ prompt, cases }: PromptOutcomes): Figures {
  const all = cases.flatMap(({ outcomes }) => outcomes);
  const calls = all.flatMap((outcome) => outcome.calls);
  const always = cases.filter(({ outcomes }) => outcomes.every(({ passed }) => passed)).length;
  return {
    prompt,
    cases: cases.length,
    times: cases[0]?.outcomes.length ?? 0,
    passAt1: share(all.filter(({ passed }) => passed).length, all.length),
    passAll: share(always, cases.length),
    abstentions: all.filter((outcome) => outcome.abstained).length,
    calls: calls.length,
    tokens: sum(calls.map(({ tokens }) => tokens)),
    microUsd: sum(calls.map(({ microUsd }) => microUsd)),
    latencyMs: median(calls.map(({ milliseconds }) => milliseconds)),
  };
}

const HEADS = ['prompt', 'cases', 'Pass@1', 'Pass^k', 'abstained', 'calls', 'tokens', 'USD', 'p50 ms'];

export function tableOf(figures: readonly Figures[], times: number): string {
  const heads = HEADS.map((head) => head.replace('^k', `^${times}`));
  const rows = [heads, ...figures.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(each: Figures): string[] {
  return [
    each.prompt,
    String(each.cases),
    percent(each.passAt1),
    percent(each.passAll),
    String(each.abstentions),
    String(each.calls),
    String(each.tokens),
    (each.microUsd / 1_000_000).toFixed(4),
    String(each.latencyMs),
  ];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
