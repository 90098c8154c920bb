import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const spanSchema = z.object({
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  type: z.string(),
  /** `contains`: somewhere in this span is at least one. */
  label: z.enum(['secret', 'clean', 'contains']),
});
export type LabelledSpan = z.infer<typeof spanSchema>;

const caseSchema = z.object({
  id: z.string(),
  text: z.string(),
  spans: z.array(spanSchema),
  /** How many lines of the text let somebody in. */
  riskLines: z.int().nonnegative().optional(),
});
export type Case = z.infer<typeof caseSchema>;

export interface Corpus {
  readonly folder: string;
  readonly cases: readonly Case[];
}

/** The corpus in `folder`, or every corpus in the folders of it whose cases are texts with labelled spans. */
export function readCorpora(folder: string): Corpus[] {
  if (existsSync(join(folder, 'cases.jsonl'))) return [readCorpus(folder)];
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((each) => existsSync(join(each, 'cases.jsonl')) && isOfFamily(each))
    .map(readCorpus);
}

function isOfFamily(folder: string): boolean {
  return caseSchema.safeParse(JSON.parse(linesOf(folder)[0] ?? 'null')).success;
}

function readCorpus(folder: string): Corpus {
  return { folder, cases: linesOf(folder).map((line) => caseSchema.parse(JSON.parse(line))) };
}

function linesOf(folder: string): string[] {
  return readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n').filter(Boolean);
}
