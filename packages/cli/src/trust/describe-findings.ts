import type { TrustFinding } from '@duovir/policy';
import { line, marks, span, type Line } from '../progress/line.ts';

/** Each with its place, and what helps. */
export function describeFindings(findings: readonly TrustFinding[]): Line[] {
  if (findings.length === 0) return [line(0, marks.good, span('Nothing is wrong with this trust policy.'))];
  return findings.flatMap(({ id, level, at, sentence, remedy }) => [
    line(
      0,
      level === 'error' ? marks.bad : marks.warn,
      span(id, level === 'error' ? 'bad' : 'warn'),
      span(at, 'quiet'),
    ),
    { ...line(1), body: { ...span(sentence), lines: 4 } },
    { ...line(1), body: { ...span(remedy, 'quiet'), lines: 4 } },
  ]);
}

export function countFindings(findings: readonly TrustFinding[]): {
  readonly errors: number;
  readonly warnings: number;
} {
  const errors = findings.filter(({ level }) => level === 'error').length;
  return { errors, warnings: findings.length - errors };
}

/** `2 errors and 1 warning` */
export function findingsInWords(findings: readonly TrustFinding[]): string {
  const { errors, warnings } = countFindings(findings);
  const parts = [
    errors === 0 ? [] : `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    warnings === 0 ? [] : `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ].flat();
  return parts.length === 0 ? 'nothing is wrong' : parts.join(' and ');
}
