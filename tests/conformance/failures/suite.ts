import { basename, join } from 'node:path';
import { loadPacks, type Signature } from '@duovir/agents';
import { readCorpora, type Corpus } from './case.ts';
import { gradeCase, type Grade } from './grade.ts';

export interface Report {
  readonly suite: string;
  readonly cases: number;
  readonly inScope: number;
  readonly correct: number;
  readonly missed: number;
  readonly abstained: number;
  readonly falseAlarms: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly coverage: number;
  readonly meanOverClasses: number;
  readonly captures: number;
  readonly wrong: readonly {
    readonly id: string;
    readonly expected: string;
    readonly got: string;
    readonly result: string;
  }[];
}

/** Grades every corpus in the folder, as the README of the corpora says. */
export function gradeCorpora(folder: string): Report[] {
  const packs = loadPacks(join(import.meta.dirname, '../../../packs'));
  const signatures = packs.flatMap((pack) => pack.signatures);
  return readCorpora(folder).map((corpus) => report(corpus, signatures));
}

function report(corpus: Corpus, signatures: readonly Signature[]): Report {
  const grades = corpus.cases.map((one) => gradeCase(one, signatures, corpus.map));
  const headline = grades.filter(isHeadline);
  const right = headline.filter(({ result }) => result === 'correct');
  const missed = count(headline, 'missed');
  return {
    suite: basename(corpus.folder),
    cases: grades.length,
    inScope: headline.length,
    correct: right.length,
    missed,
    abstained: count(headline, 'abstained'),
    falseAlarms: count(grades, 'false-alarm'),
    accuracy: share(right.length, headline.length),
    precision: share(right.length, right.length + missed),
    coverage: share(right.length + missed, headline.length),
    meanOverClasses: meanOverClasses(headline),
    captures: share(right.filter(({ capturesRight }) => capturesRight).length, right.length),
    wrong: grades.filter(isWrong).map(({ case: one, signature, result }) => ({
      id: one.id,
      expected: one.class,
      got: signature ?? 'nothing',
      result: result === 'correct' ? 'captures-differ' : result,
    })),
  };
}

/** Where the output cannot tell the cause, abstaining is right and the case stays out of the headline. */
function isHeadline({ case: one, result }: Grade): boolean {
  return !one.healthy && result !== 'out-of-scope' && one.evidence !== 'ambiguous' && one.evidence !== 'none';
}

function isWrong(grade: Grade): boolean {
  if (grade.result === 'false-alarm') return true;
  return isHeadline(grade) && (grade.result !== 'correct' || !grade.capturesRight);
}

function meanOverClasses(grades: readonly Grade[]): number {
  const classes = [...new Set(grades.map((grade) => grade.case.class))];
  const shares = classes.map((name) => {
    const own = grades.filter((grade) => grade.case.class === name);
    return count(own, 'correct') / own.length;
  });
  return share(
    shares.reduce((sum, each) => sum + each, 0),
    shares.length,
  );
}

function count(grades: readonly Grade[], result: Grade['result']): number {
  return grades.filter((grade) => grade.result === result).length;
}

/** Four decimals; a share of nothing is 1. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000;
}
