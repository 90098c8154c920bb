import {
  policySetTextToParts,
  validate,
  type DetailedError,
  type ValidationAnswer,
} from '@cedar-policy/cedar-wasm/nodejs';
import { isPlainText } from '@duovir/protocol';
import { policyNames } from './policy-names.ts';
import { accessSchema } from './schema.ts';

/**
 * What is wrong with access policies, one sentence each; nothing when they may be used. A condition that fails while it is
 * evaluated makes Cedar skip its policy, a `forbid` too: so nothing that could fail may pass here.
 */
export function validateAccess(text: string): string[] {
  const deceptions = deceptionsIn(text);
  if (deceptions.length > 0) return deceptions;
  let answer: ValidationAnswer;
  try {
    answer = validate({
      schema: accessSchema,
      policies: { staticPolicies: text },
      validationSettings: { mode: 'strict' },
    });
  } catch (error) {
    return [`The access policies break the evaluator: ${String(error)}`];
  }
  if (answer.type === 'failure') return answer.errors.map((error) => sentence(text, error));
  const names = policyNames(text);
  const flaws = answer.validationErrors.map(
    ({ policyId, error }) => `${names.get(policyId) ?? policyId}: ${sentence(text, error)}`,
  );
  return [...flaws, ...templatesIn(text), ...namedTwice(names)];
}

/** A policy whose reader sees something else than its evaluator: hidden characters, or a name that only looks like one. */
function deceptionsIn(text: string): string[] {
  if (!isPlainText(text))
    return ['The access policies hold control or invisible characters: nobody sees what they say.'];
  return [...text.matchAll(/::\s*"([^"\n]*[^\x20-\x7e"\n][^"\n]*)"/g)].map(
    ([, name]) => `Nobody can be called ${JSON.stringify(name)}: names are of lower-case letters, digits and hyphens.`,
  );
}

function sentence(text: string, { message, help, sourceLocations: [place] = [] }: DetailedError): string {
  const line = place ? ` (line ${Buffer.from(text).subarray(0, place.start).toString().split('\n').length})` : '';
  return `${message}${line}${help === null ? '' : `; ${help}`}`;
}

/** Nothing links them, so they would decide nothing, whatever their author thinks. */
function templatesIn(text: string): string[] {
  const parts = policySetTextToParts(text);
  const templates = parts.type === 'success' ? parts.policy_templates : [];
  return templates.map((template) => `A template decides nothing: ${template.slice(0, 80)}`);
}

function namedTwice(names: ReadonlyMap<string, string>): string[] {
  const all = [...names.values()];
  return [...new Set(all.filter((name, at) => all.indexOf(name) < at))].map(
    (name) => `Two policies have the @id ${name}.`,
  );
}
