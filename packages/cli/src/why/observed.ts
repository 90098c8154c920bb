import { readFileSync } from 'node:fs';
import { canonicalJson, pathOfPointer, pointerOf, type Plan, type WhyAnswer, type WhyValue } from '@duovir/protocol';
import { formatOfFile } from '@duovir/server/values/file-format';
import { valuesOfFile } from '@duovir/server/values/file-values';
import { keptValue, wholeOf } from '@duovir/server/values/kept-value';
import { CliError } from '../error.ts';

/** What somebody sees now. */
export type Observed =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly content: string };

/** `@FILE` is read; anything else is the value itself. */
export function readObserved(argument: string): Observed {
  if (!argument.startsWith('@')) return { kind: 'text', text: argument };
  const path = argument.slice(1);
  try {
    return { kind: 'file', path, content: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new CliError('not-found', `The observed file ${path} cannot be read.`, 'Name a file that is there.', cause);
  }
}

/** The observed value where the answer's stands, or undefined where the file has none. Read as the attested one was. */
export function observedValue(observed: Observed, answer: WhyAnswer, plan: Plan | undefined): WhyValue | undefined {
  const { resource, pointer, value } = answer;
  const place = { resource, path: pathOfPointer(pointer) };
  const salt = plan?.salt ?? '';
  if (observed.kind === 'text') {
    if (typeof value === 'object' && value?.kind === 'digest') return wholeOf(observed.text, value.leaves);
    if (typeof value === 'object' && value?.kind === 'hidden') return keptValue(observed.text, place, salt);
    return observed.text;
  }
  const call = plan?.steps.find(({ id }) => id === answer.step)?.call;
  const path = call?.action === 'file.write@1' ? call.with.path : observed.path;
  const values = valuesOfFile({ path, content: observed.content, format: formatOfFile(path, plan), salt });
  const there = values.filter((one) => pointerOf(one.path) === pointer);
  return (there.find((one) => one.resource === resource) ?? there.find((one) => one.resource === path))?.value;
}

/** A word on the command line has no type: `5432` is the number and the text. */
export function isSame(attested: WhyValue, observed: WhyValue | undefined): boolean {
  if (observed === undefined) return typeof attested === 'object' && attested?.kind === 'absent';
  if (typeof observed === 'string' && (attested === null || typeof attested !== 'object'))
    return observed === (typeof attested === 'string' ? attested : JSON.stringify(attested));
  return canonicalJson(attested) === canonicalJson(observed);
}
