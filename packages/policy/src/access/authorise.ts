import { preparsePolicySet, preparseSchema, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { digestOfBytes } from '@duovir/protocol';
import { cedarRequest } from './entities.ts';
import { policyNames } from './policy-names.ts';
import type { AccessQuestion } from './question.ts';
import { accessSchema } from './schema.ts';
import { validateAccess } from './validate-access.ts';

export interface AccessDecision {
  readonly allowed: boolean;
  /** The policies that decided, by their `@id`; none when nothing permits it, or else why it could not be decided. */
  readonly reasons: readonly string[];
}

const SCHEMA = 'duovir';

type Prepared =
  | { readonly kind: 'usable'; readonly id: string; readonly names: ReadonlyMap<string, string> }
  | { readonly kind: 'unusable'; readonly reasons: readonly string[] };

/** By text. There are as many as this process has seen trust policies. */
const prepared = new Map<string, Prepared>();

/**
 * Decides by the access policies of the trust policy. Cedar skips a `forbid` whose condition fails and answers "allow":
 * whatever could not be parsed, validated or evaluated to its end denies here (Invariant 6).
 */
export function authorise(policies: string, question: AccessQuestion): AccessDecision {
  try {
    const set = preparedOf(policies);
    return set.kind === 'usable' ? decide(set, question) : denied(set.reasons);
  } catch (error) {
    return denied([`The evaluator broke: ${String(error)}`]);
  }
}

function decide({ id, names }: Prepared & { kind: 'usable' }, question: AccessQuestion): AccessDecision {
  const answer = statefulIsAuthorized({
    ...cedarRequest(question),
    context: {},
    preparsedSchemaName: SCHEMA,
    validateRequest: true,
    preparsedPolicySetId: id,
  });
  if (answer.type === 'failure') return denied(answer.errors.map(({ message }) => message));
  const { decision, diagnostics } = answer.response;
  const named = (policy: string): string => names.get(policy) ?? policy;
  if (diagnostics.errors.length > 0)
    return denied(diagnostics.errors.map(({ policyId, error }) => `${named(policyId)}: ${error.message}`));
  return { allowed: decision === 'allow', reasons: diagnostics.reason.map(named).toSorted() };
}

function preparedOf(policies: string): Prepared {
  const known = prepared.get(policies);
  if (known) return known;
  const made = prepare(policies);
  prepared.set(policies, made);
  return made;
}

function prepare(policies: string): Prepared {
  const flaws = validateAccess(policies);
  if (flaws.length > 0) return { kind: 'unusable', reasons: flaws };
  const id = digestOfBytes(policies);
  const answers = [preparseSchema(SCHEMA, accessSchema), preparsePolicySet(id, { staticPolicies: policies })];
  const errors = answers.flatMap((answer) => (answer.type === 'failure' ? answer.errors : []));
  if (errors.length > 0) return { kind: 'unusable', reasons: errors.map(({ message }) => message) };
  return { kind: 'usable', id, names: policyNames(policies) };
}

function denied(reasons: readonly string[]): AccessDecision {
  return { allowed: false, reasons };
}
