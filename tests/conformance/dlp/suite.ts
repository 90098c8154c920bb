import { basename } from 'node:path';
import { readCorpora, type Corpus } from './case.ts';
import { gradeCase, type Grade, type SpanGrade } from './grade.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

/** How a tier does on the labels; a share of nothing is null. */
interface TierReport {
  readonly recall: number | null;
  readonly hardRecall: number | null;
  readonly precision: number | null;
  readonly falseHits: number;
}

export interface Report extends Throughput {
  readonly suite: string;
  readonly cases: number;
  readonly secrets: number;
  readonly hard: number;
  readonly clean: number;
  readonly contains: number;
  /** Share of hard secrets of which nothing is left. */
  readonly hardFull: number | null;
  readonly full: number | null;
  readonly containsFound: number;
  readonly redact: TierReport;
  readonly block: TierReport;
  /** Characters in findings that touch no secret, over all characters; null where spans only contain secrets. */
  readonly overRedaction: number | null;
  readonly riskLines: { readonly found: number; readonly of: number };
  readonly wrong: readonly Fault[];
}

interface Fault {
  readonly id: string;
  readonly expected: string;
  readonly at: readonly [number, number];
  readonly result: 'partly' | 'missed' | 'false-hit' | 'lines-missed';
}

/** Grades every corpus in the folder, as the README of the corpora says. */
export function gradeCorpora(folder: string): Report[] {
  return readCorpora(folder).map(report);
}

function report({ folder, cases }: Corpus): Report {
  const grades = cases.map(gradeCase);
  const spans = grades.flatMap((grade) => grade.spans);
  const of = (label: string): SpanGrade[] => spans.filter(({ span }) => span.label === label);
  const [secrets, clean, contains] = [of('secret'), of('clean'), of('contains')];
  const hard = secrets.filter(({ isHard }) => isHard);
  const characters = cases.reduce((sum, { text }) => sum + text.length, 0);
  const overRedacted = grades.reduce((sum, grade) => sum + grade.overRedacted, 0);
  return {
    suite: basename(folder),
    cases: cases.length,
    secrets: secrets.length,
    hard: hard.length,
    clean: clean.length,
    contains: contains.length,
    hardFull: share(hard.filter(isFull).length, hard.length),
    full: share(secrets.filter(isFull).length, secrets.length),
    containsFound: contains.filter(isFull).length,
    redact: tierReport(secrets, clean, isHit),
    block: tierReport(secrets, clean, ({ isBlocked }) => isBlocked),
    overRedaction: contains.length > 0 ? null : share(overRedacted, characters),
    riskLines: {
      found: grades.reduce((sum, { riskLinesFound }) => sum + riskLinesFound, 0),
      of: cases.reduce((sum, { riskLines }) => sum + (riskLines ?? 0), 0),
    },
    ...measureThroughput(cases),
    wrong: grades.flatMap(faultsOf),
  };
}

function tierReport(
  secrets: readonly SpanGrade[],
  clean: readonly SpanGrade[],
  isFound: (grade: SpanGrade) => boolean,
): TierReport {
  const hard = secrets.filter(({ isHard }) => isHard);
  const found = secrets.filter(isFound).length;
  const falseHits = clean.filter(isFound).length;
  return {
    recall: share(found, secrets.length),
    hardRecall: share(hard.filter(isFound).length, hard.length),
    precision: secrets.length === 0 ? null : share(found, found + falseHits),
    falseHits,
  };
}

function isFull({ result }: SpanGrade): boolean {
  return result === 'full';
}

function isHit({ result }: SpanGrade): boolean {
  return result === 'full' || result === 'any' || result === 'false-hit';
}

function faultsOf(grade: Grade): Fault[] {
  const { id, riskLines = 0 } = grade.case;
  const faults = grade.spans.flatMap(({ span, isHard, result }): Fault[] => {
    if (result === 'full' || result === 'quiet' || (span.label === 'secret' && !isHard)) return [];
    return [{ id, expected: span.type, at: [span.start, span.end], result: result === 'any' ? 'partly' : result }];
  });
  if (grade.riskLinesFound < riskLines)
    faults.push({ id, expected: `${riskLines} lines`, at: [0, grade.case.text.length], result: 'lines-missed' });
  return faults;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(4));
}
