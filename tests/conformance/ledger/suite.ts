import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { caseSchema, type LedgerCase } from './case.ts';
import { answerCase, type Answer } from './grade.ts';

export interface WrongCase {
  readonly id: string;
  readonly kind: string;
  readonly expected: 'accepted' | 'refused';
  readonly answer: Answer | 'crashed';
  readonly message?: string;
}

export interface SuiteReport {
  readonly suite: string;
  readonly cases: number;
  readonly inScope: number;
  readonly correct: number;
  /** To be refused, but accepted. */
  readonly missed: number;
  /** To be accepted, but refused or found to have another value. */
  readonly falseAlarms: number;
  readonly wrong: readonly WrongCase[];
  /** Kinds that are not known here, with how many cases they have. */
  readonly outOfScope: Readonly<Record<string, number>>;
}

const expectation = (one: LedgerCase): 'accepted' | 'refused' =>
  'expect' in one && one.expect === 'fail' ? 'refused' : 'accepted';

async function gradeOne(folder: string, one: LedgerCase): Promise<WrongCase | undefined> {
  const expected = expectation(one);
  try {
    const answer = await answerCase(folder, one);
    return answer === expected ? undefined : { id: one.id, kind: one.kind, expected, answer };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id: one.id, kind: one.kind, expected, answer: 'crashed', message };
  }
}

/** Files in which a suite may have its cases: as they are, or compressed. */
const CASES = ['cases.jsonl', 'cases.jsonl.gz'] as const;

const casesIn = (folder: string): string | undefined =>
  CASES.map((name) => join(folder, name)).find((file) => existsSync(file));

async function readCases(folder: string): Promise<string> {
  const file = casesIn(folder) ?? join(folder, CASES[0]);
  const bytes = await readFile(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

async function gradeSuite(folder: string): Promise<SuiteReport> {
  const lines = (await readCases(folder)).split('\n').filter((line) => line.trim() !== '');
  const wrong: WrongCase[] = [];
  const outOfScope: Record<string, number> = {};
  let inScope = 0;
  for (const line of lines) {
    const value: unknown = JSON.parse(line);
    const parsed = caseSchema.safeParse(value);
    if (!parsed.success) {
      const kind = String((value as { kind?: unknown }).kind);
      outOfScope[kind] = (outOfScope[kind] ?? 0) + 1;
      continue;
    }
    inScope += 1;
    const fault = await gradeOne(folder, parsed.data);
    if (fault) wrong.push(fault);
  }
  const missed = wrong.filter(({ expected }) => expected === 'refused').length;
  return {
    suite: basename(folder),
    cases: lines.length,
    inScope,
    correct: inScope - wrong.length,
    missed,
    falseAlarms: wrong.length - missed,
    wrong,
    outOfScope,
  };
}

/** Public vectors that come with the project. */
export const CARRIED_VECTORS = join(import.meta.dirname, '../../../packages/ledger/vectors');

/** A folder with `cases.jsonl` is one suite; a folder of such folders is one suite each. */
export async function gradeCorpus(corpus: string): Promise<SuiteReport[]> {
  const root = resolve(corpus);
  if (casesIn(root) !== undefined) return [await gradeSuite(root)];
  const names = (await readdir(root)).toSorted().filter((name) => casesIn(join(root, name)) !== undefined);
  const reports: SuiteReport[] = [];
  for (const name of names) reports.push(await gradeSuite(join(root, name)));
  return reports;
}
