import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CARRIED_VECTORS, gradeCorpus } from './ledger/suite.ts';

/** Each family with its cases: none may be lost unnoticed. */
const FAMILIES = {
  c2sp: 74,
  'cctv-ed25519': 914,
  dsse: 5,
  jcs: 18,
  rfc6962: 518,
  tessera: 17,
  'wycheproof-ed25519': 151,
};

test('all public vectors that come with the project pass', async () => {
  const reports = await gradeCorpus(CARRIED_VECTORS);
  expect(Object.fromEntries(reports.map(({ suite, cases }) => [suite, cases]))).toEqual(FAMILIES);
  expect(reports.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(reports.every(({ cases, inScope }) => cases === inScope)).toBe(true);
});

test('a wrong answer is told, and so is a case of an unknown kind', async () => {
  const corpus = mkdtempSync(join(tmpdir(), 'corpus-'));
  onTestFinished(() => rmSync(corpus, { recursive: true }));
  mkdirSync(join(corpus, 'suite'));
  const cases = [
    { id: 'accepted', kind: 'jcs', text: '{"b":1,"a":2}', expect: 'fail' },
    { id: 'refused', kind: 'jcs', text: String.raw`"\ud800"`, expect: 'pass' },
    { id: 'number', kind: 'jcs-number', bits: '4340000000000001', text: '9007199254740993' },
    { id: 'stranger', kind: 'palmistry', expect: 'pass' },
  ];
  writeFileSync(join(corpus, 'suite', 'cases.jsonl'), cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const [report] = await gradeCorpus(corpus);
  expect(report).toMatchObject({ suite: 'suite', cases: 4, inScope: 3, correct: 0, missed: 1, falseAlarms: 2 });
  expect(report?.outOfScope).toEqual({ palmistry: 1 });
});
