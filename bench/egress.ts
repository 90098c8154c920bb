import { createGuard, detect, PlaceholderVault, tokenise, type SensitiveSpan } from '@duovir/egress';
import { logLine, noise, promptOf, setting } from './egress/prompt.ts';
import { benchRegisteredValues } from './egress/registered-values.ts';
import type { Figure } from './figure.ts';

const PROMPT_LENGTH = 32_768;
const PROMPTS = 40;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 8;
const DEADLINE_MS = 5_000;
const ALONE = { comparedWith: null, ratio: null };

/** The egress guard on prompts of 32 KiB: half log lines, half settings and programs that hold a secret every few lines. */
export async function benchEgress(): Promise<readonly Figure[]> {
  const prompts = Array.from({ length: PROMPTS }, (_, index) => promptOf(index, PROMPT_LENGTH));
  const bare = await timesOf(prompts, async (prompt) => detect(prompt));
  const guard = createGuard({ deadlineMs: DEADLINE_MS, internalDomains: [] });
  const guarded = await timesOf(prompts, (prompt) => guard.detect(prompt));
  await guard.close();
  const whole = await timesOf(prompts, async (prompt) => hide(prompt));
  const registered = benchRegisteredValues();
  return [
    milliseconds('egress.detect-32k-p50', quantile(bare, 0.5), null),
    milliseconds('egress.detect-32k-p99', quantile(bare, 0.99), 15),
    milliseconds('egress.guard-32k-p99', quantile(guarded, 0.99), 25),
    milliseconds('egress.detect-and-tokenise-32k-p99', quantile(whole, 0.99), 50),
    megabytes('egress.detect', (PROMPT_LENGTH * bare.length) / 1000 / bare.reduce((sum, time) => sum + time, 0), 2),
    found(),
    redactedOfLogs(),
    {
      ...megabytes('egress.registered-values', registered.megabytesPerSecond, 20),
      comparedWith: `${registered.values} values in ${registered.patterns} forms`,
    },
  ];
}

function milliseconds(name: string, value: number, bar: number | null): Figure {
  return {
    name,
    value,
    unit: 'ms',
    ...ALONE,
    bar: bar === null ? 'none' : `<= ${bar}`,
    ok: bar === null || value <= bar,
  };
}

function megabytes(name: string, value: number, bar: number): Figure {
  return { name, value, unit: 'MB/s', ...ALONE, bar: `>= ${bar}`, ok: value >= bar };
}

async function timesOf(prompts: readonly string[], read: (prompt: string) => Promise<unknown>): Promise<number[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) for (const prompt of prompts) await read(prompt);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const prompt of prompts) {
      const started = performance.now();
      await read(prompt);
      times.push(performance.now() - started);
    }
  return times;
}

/** As the first hook does it: find, and put placeholders of a run in place of what was found. */
function hide(prompt: string): string {
  const parts = detect(prompt).map(({ start, end, kind }) => ({
    start,
    end,
    kind: kind === 'sql' ? ('secret' as const) : kind,
  }));
  return tokenise(prompt, parts, new PlaceholderVault(new Uint8Array(32).fill(7))).text;
}

/** Of the secrets in the settings: how many are found to the last character. */
function found(): Figure {
  const values = Array.from({ length: 500 }, (_, index) => noise(`secret ${index}`, 'base64url').slice(0, 20));
  const whole = values.filter((value, index) => {
    const text = setting(index, value);
    return detect(text).some((span) => covers(span, text.indexOf(value), value.length));
  });
  const share = whole.length / values.length;
  return {
    name: 'egress.secrets-in-settings',
    value: share * 100,
    unit: '%',
    ...ALONE,
    bar: '>= 99',
    ok: share >= 0.99,
  };
}

function covers({ start, end }: SensitiveSpan, at: number, length: number): boolean {
  return start <= at && end >= at + length;
}

/** Characters of ordinary logs that would be taken away although nothing in them is secret. */
function redactedOfLogs(): Figure {
  const logs = Array.from({ length: 5_000 }, (_, index) => logLine(index)).join('\n');
  const redacted = detect(logs).reduce((sum, { start, end }) => sum + end - start, 0);
  const share = (redacted / logs.length) * 100;
  return { name: 'egress.redacted-of-clean-logs', value: share, unit: '%', ...ALONE, bar: '<= 1', ok: share <= 1 };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
