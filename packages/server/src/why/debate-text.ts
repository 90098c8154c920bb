import type { ReadEntry } from '../api/run-entries.ts';
import type { Story } from './story.ts';

/** What was said about findings: by checkers, by whoever answers them, and by the test that one was put to. */
export function pointsOf(kind: 'checks' | 'finding-check' | 'rebuttal', entry: ReadEntry, story: Story): string {
  switch (kind) {
    case 'checks':
      return checked(entry, story);
    case 'finding-check':
      return tested(entry, story);
    case 'rebuttal':
      return rebutted(entry, story);
  }
}

function checked(entry: ReadEntry, story: Story): string {
  const body = story.eventOf(entry, 'checks-end')?.body;
  if (!body) return 'checkers';
  const findings = body.findings.map(({ severity, claim }) => ` [${severity}] ${claim}`).join('');
  return `${body.passed ? 'passed' : 'denied'}${findings === '' ? '' : `:${findings}`}`;
}

function tested(entry: ReadEntry, story: Story): string {
  const check = story.eventOf(entry, 'finding-check')?.body.check;
  return check ? `${check.finding} ${check.outcome}: ${check.summary}` : 'a test of a finding';
}

function rebutted(entry: ReadEntry, story: Story): string {
  const body = story.eventOf(entry, 'rebuttal-give')?.body;
  if (!body) return 'an answer to findings';
  return body.answers.map(({ finding, kind, claim }) => `${kind} ${finding}: ${claim}`).join('; ');
}

/** Millionths of a dollar, as people write money. */
export function inMoney(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(microUsd % 10_000 === 0 ? 2 : 4)}`;
}
