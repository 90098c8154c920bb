import { openState, stateHint, writeJson, type CommonOptions, type Session } from '../../session.ts';
import { plainText } from '../../terminal/text.ts';
import { findingsInWords } from '../../trust/describe-findings.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicyDraft } from '../../trust/policy-draft.ts';
import { PolicySource } from '../../trust/policy-source.ts';
import type { StateDirectory } from '@duovir/principal';
import type { DraftOptions } from './draft-options.ts';

/** Edits the draft of the next policy and says what comes after. */
export function editDraft(
  session: Session,
  options: CommonOptions & DraftOptions,
  edit: (draft: PolicyDraft, state: StateDirectory) => string,
): void {
  const state = openState(session, options);
  const draft = PolicyDraft.open(options.draft, new PolicySource(state, session.now()));
  const done = edit(draft, state);
  draft.save();
  const findings = judgePolicy(draft.policy());
  if (options.json) return writeJson(session, { draft: draft.path, isNew: draft.isNew, done, findings });
  const { output } = session;
  const hint = stateHint(session, state);
  const path = plainText(draft.path);
  output.write(`${output.style('good', '✔')} ${done} in ${path}${draft.isNew ? ', which is new' : ''}\n`);
  output.write(`  trust check: ${findingsInWords(findings)}\n`);
  output.write(`  duovir trust diff ${path}${hint}\n`);
  output.write(`  duovir trust sign ${path} --out trust-policy.signed.json${hint}\n`);
  output.write(`  duovir trust apply trust-policy.signed.json${hint}\n`);
}
