import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const text = z.string().default('');
/** Keys that are for people only (program, command, context) are not read. */
const caseSchema = z.object({
  id: z.string(),
  exit: z.int().nullable().default(null),
  stdout: text,
  stderr: text,
  timedOut: z.boolean().nullish(),
  class: z.string(),
  alsoAccept: z.array(z.string()).nullish(),
  captures: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  healthy: z.boolean().default(false),
  /** A word, or for cases observed by probes the texts they saw. */
  evidence: z.union([z.string(), z.array(z.object({ source: z.string(), text: z.string() }))]).default('text'),
});
export type Case = z.infer<typeof caseSchema>;

/** Names of a corpus' classes to names of signatures. */
const mapSchema = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]));
export type ClassMap = z.infer<typeof mapSchema>;

export interface Corpus {
  readonly folder: string;
  readonly cases: readonly Case[];
  readonly map: ClassMap | undefined;
}

/** The corpus in `folder`, or every corpus in the folders of it. */
export function readCorpora(folder: string): Corpus[] {
  if (existsSync(join(folder, 'cases.jsonl'))) return [readCorpus(folder)];
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((each) => existsSync(join(each, 'cases.jsonl')))
    .map(readCorpus);
}

function readCorpus(folder: string): Corpus {
  const cases = readFileSync(join(folder, 'cases.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => caseSchema.parse(JSON.parse(line)));
  const mapFile = join(folder, 'map.json');
  const map = existsSync(mapFile) ? mapSchema.parse(JSON.parse(readFileSync(mapFile, 'utf8'))) : undefined;
  return { folder, cases, map };
}
