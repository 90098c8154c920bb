import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { attackTexts, type InjectionCase } from '../../attack/injection/text/attack-texts.ts';

export interface Suite {
  readonly name: string;
  readonly cases: readonly InjectionCase[];
}

/** Keys that are for people (technique, context, risk, language) are not read. */
const caseSchema = z.object({ id: z.string(), text: z.string(), kind: z.string() });

/** The corpus in `folder`, or every corpus in the folders of it. */
export function corporaIn(folder: string | undefined): Suite[] {
  if (folder === undefined || !existsSync(folder)) return [];
  const names = existsSync(join(folder, 'cases.jsonl')) ? [''] : readdirSync(folder).toSorted();
  return names
    .map((name) => join(folder, name))
    .filter((each) => existsSync(join(each, 'cases.jsonl')))
    .map((each) => ({ name: basename(each), cases: casesIn(each) }));
}

export function ownTexts(): Suite {
  return { name: 'own', cases: attackTexts() };
}

function casesIn(folder: string): InjectionCase[] {
  return readFileSync(join(folder, 'cases.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => caseSchema.parse(JSON.parse(line)));
}
