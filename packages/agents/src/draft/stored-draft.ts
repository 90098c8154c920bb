import { pointer } from '@duovir/policy';
import { digestOf, type Json, type Plan } from '@duovir/protocol';
import type { DocumentPath } from '../error.ts';
import { checkPlaybook } from '../playbook/check.ts';
import type { Playbook } from '../playbook/playbook-schema.ts';

export type StoredDraft =
  | { readonly kind: 'draft'; readonly playbook: Playbook }
  | { readonly kind: 'unsound'; readonly reason: string };

/** Something wrong with a draft, at a JSON pointer into its document. */
export interface DraftProblem {
  readonly at: string;
  readonly message: string;
  readonly remedy: string;
}

export type CheckedDraft =
  | { readonly kind: 'valid'; readonly playbook: Playbook }
  | { readonly kind: 'problems'; readonly problems: readonly DraftProblem[] };

/** The checks of every pack. A draft is no file: the lines of its problems count the places that were asked for. */
export function checkDraft(document: Json): CheckedDraft {
  const places: DocumentPath[] = [];
  const checked = checkPlaybook({
    file: 'draft',
    value: document,
    locate: (path) => ({ line: places.push(path), column: 1 }),
  });
  if (checked.kind === 'valid') return { kind: 'valid', playbook: checked.value };
  return {
    kind: 'problems',
    problems: checked.problems.map(({ line, message, remedy }) => ({
      at: pointer(...(places[line - 1] ?? [])),
      message,
      remedy,
    })),
  };
}

/** The draft that a plan carries; a plan is data, so the draft goes through the checks again. */
export function draftOf({ source }: Plan): StoredDraft {
  if (source.draft === undefined) return { kind: 'unsound', reason: 'The plan carries no draft.' };
  if (digestOf(source.draft) !== source.digest)
    return { kind: 'unsound', reason: 'The draft is not the one the plan was made from.' };
  const checked = checkDraft(source.draft);
  return checked.kind === 'valid'
    ? { kind: 'draft', playbook: checked.playbook }
    : { kind: 'unsound', reason: checked.problems.map(({ at, message }) => `${at}: ${message}`).join(' ') };
}
