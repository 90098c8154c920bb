import { policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';

/** What the policies of a text are called, by the ids that Cedar gives them: their `@id`, where they have one. */
export function policyNames(text: string): ReadonlyMap<string, string> {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return new Map();
  // Cedar numbers policies as they come and hands them out in the order of the ids as texts: policy10 before policy2.
  const ids = parts.policies.map((_, at) => `policy${at}`).toSorted();
  return new Map(parts.policies.map((policy, at) => [ids[at] ?? '', idOf(policy) ?? ids[at] ?? '']));
}

function idOf(policy: string): string | undefined {
  const parsed = policyToJson(policy);
  return parsed.type === 'success' ? parsed.json.annotations?.['id'] : undefined;
}
