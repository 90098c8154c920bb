import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verification } from './verify.ts';

/**
 * With DUOVIR_VERIFIER_CASES=<folder> every log that a test verifies is kept there as `case-…/log`, and what is wrong with it
 * as `case-…/expected.json`: whatever else claims to verify a log can be held against it.
 */
export function keepCase(folder: string, { ok, findings }: Verification): void {
  const cases = process.env['DUOVIR_VERIFIER_CASES'];
  if (cases === undefined) return;
  mkdirSync(cases, { recursive: true });
  const one = mkdtempSync(join(cases, 'case-'));
  cpSync(folder, join(one, 'log'), { recursive: true });
  const expected = { ok, findings: findings.map(({ entry, file, rule }) => ({ entry, file, rule })) };
  writeFileSync(join(one, 'expected.json'), `${JSON.stringify(expected)}\n`);
}
