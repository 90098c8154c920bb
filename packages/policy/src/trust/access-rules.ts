import type { AccessAction, Principal, TrustPolicy } from '@duovir/protocol';
import type { AccessQuestion, PersonFacts } from '../access/question.ts';
import type { AccountableClass } from './accountable-class.ts';
import { peopleOf } from './enrolled.ts';

/** How access policies are judged; given by the caller, because the evaluator is large and not everybody needs it. */
export interface AccessRules {
  /** What is wrong with them, one sentence each. */
  validate(policies: string): readonly string[];
  authorise(policies: string, question: AccessQuestion): { readonly allowed: boolean };
}

const environments = ['production', 'staging', 'development'] as const;

/** What of a run a permission may depend on. */
export interface RunKind {
  readonly riskClass: AccountableClass | '';
  readonly dataClass: string;
}

/** Whether this person may do it to a run of that requester, in some environment. Without rules to judge by: yes. */
export function mayDo(
  policy: TrustPolicy,
  access: AccessRules | undefined,
  person: Principal,
  action: AccessAction,
  requester: Principal,
  run: RunKind,
): boolean {
  if (!access) return true;
  return environments.some(
    (environment) =>
      access.authorise(policy.access.policies, {
        person: facts(person),
        action,
        resource: { kind: 'run', run: 'run-aaaaaaaaaaaaaaaaaaaa', requester: facts(requester), environment, ...run },
      }).allowed,
  );
}

/** Whether this person may do it to the installation: to approve there is to break the glass. Without rules to judge by: yes. */
export function mayDoHere(
  policy: TrustPolicy,
  access: AccessRules | undefined,
  person: Principal,
  action: AccessAction,
): boolean {
  const resource = { kind: 'installation', organisation: policy.organisation } as const;
  return access?.authorise(policy.access.policies, { person: facts(person), action, resource }).allowed ?? true;
}

/** People who may ask for something at all. */
export function requestersOf(policy: TrustPolicy, access: AccessRules | undefined): Principal[] {
  return peopleOf(policy).filter((person) =>
    mayDo(policy, access, person, 'request', person, { riskClass: '', dataClass: 'internal' }),
  );
}

function facts({ name, team = '', roles = [] }: Principal): PersonFacts {
  return { name, team, roles };
}
