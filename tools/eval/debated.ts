import type { DebatedFinding } from '@duovir/protocol';
import type { RebuttalCase } from './case-file.ts';

/** What a case says was found, as a debate knows it. */
export function debated(findings: RebuttalCase['findings']): DebatedFinding[] {
  return findings.map(({ suggestion, ...finding }) => ({
    rule: 'model.other',
    ...finding,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
}
