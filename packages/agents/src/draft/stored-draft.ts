import { digestOf, type Json, type Plan } from '@duovir/protocol';
import { checkPlaybook } from '../playbook/check.ts';
import type { Playbook } from '../playbook/playbook-schema.ts';
import { formatProblem, type Checked } from '../playbook/problem.ts';
import { parseYaml } from '../playbook/yaml-document.ts';

export type StoredDraft =
  | { readonly kind: 'draft'; readonly playbook: Playbook }
  | { readonly kind: 'unsound'; readonly reason: string };

/** The document as a file: JSON is YAML, so that its problems have places and its checks are those of every pack. */
export function draftText(document: Json): string {
  return JSON.stringify(document, null, 1);
}

export function checkDraft(document: Json): Checked<Playbook> {
  const parsed = parseYaml(draftText(document), 'draft');
  return parsed.kind === 'valid' ? checkPlaybook(parsed.value) : parsed;
}

/** The draft that a plan carries; a plan is data, so the draft goes through the checks again. */
export function draftOf({ source }: Plan): StoredDraft {
  if (source.draft === undefined) return { kind: 'unsound', reason: 'The plan carries no draft.' };
  if (digestOf(source.draft) !== source.digest)
    return { kind: 'unsound', reason: 'The draft is not the one the plan was made from.' };
  const checked = checkDraft(source.draft);
  return checked.kind === 'valid'
    ? { kind: 'draft', playbook: checked.value }
    : { kind: 'unsound', reason: checked.problems.map(formatProblem).join('\n') };
}
