import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
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

async function gradeSuite(folder: string): Promise<SuiteReport> {
  const lines = (await readFile(join(folder, 'cases.jsonl'), 'utf8')).split('\n').filter((line) => line.trim() !== '');
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

/** A folder with `cases.jsonl` is one suite; a folder of such folders is one suite each. */
export async function gradeCorpus(corpus: string): Promise<SuiteReport[]> {
  const root = resolve(corpus);
  if (existsSync(join(root, 'cases.jsonl'))) return [await gradeSuite(root)];
  const names = (await readdir(root)).toSorted().filter((name) => existsSync(join(root, name, 'cases.jsonl')));
  const reports: SuiteReport[] = [];
  for (const name of names) reports.push(await gradeSuite(join(root, name)));
  return reports;
}
