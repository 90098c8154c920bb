import { detect } from '@duovir/egress';
import type { Case } from './case.ts';

const PROMPT_LENGTH = 32_768;
const WARM_UP_ROUNDS = 2;
const LEAST_PROMPTS = 200;
const MOST_PROMPTS = 400;

export interface Throughput {
  readonly megabytesPerSecond: number;
  /** Milliseconds for 32 KiB of text. */
  readonly p50: number;
  readonly p99: number;
}

/** How fast the texts of a corpus are read, cut into prompts of 32 KiB; a smaller corpus is repeated. */
export function measureThroughput(cases: readonly Case[]): Throughput {
  const prompts = promptsOf(cases.map(({ text }) => text).join('\n'));
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) for (const prompt of prompts) detect(prompt);
  const times: number[] = [];
  while (times.length < LEAST_PROMPTS)
    for (const prompt of prompts) {
      const started = performance.now();
      detect(prompt);
      times.push(performance.now() - started);
    }
  const total = times.reduce((sum, time) => sum + time, 0);
  times.sort((left, right) => left - right);
  const at = (quantile: number): number => Number((times[Math.floor(quantile * times.length)] ?? 0).toFixed(2));
  const megabytesPerSecond = Number(((times.length * PROMPT_LENGTH) / 1000 / total).toFixed(2));
  return { megabytesPerSecond, p50: at(0.5), p99: at(0.99) };
}

function promptsOf(text: string): string[] {
  const long = text.length >= PROMPT_LENGTH ? text : text.repeat(Math.ceil(PROMPT_LENGTH / Math.max(text.length, 1)));
  const prompts: string[] = [];
  for (let at = 0; at + PROMPT_LENGTH <= long.length && prompts.length < MOST_PROMPTS; at += PROMPT_LENGTH)
    prompts.push(long.slice(at, at + PROMPT_LENGTH));
  return prompts;
}
