import type { Ballot, CountedOpinion, Principal, TrustPolicy } from '@duovir/protocol';
import { adversariesOf } from './enrolled.ts';
import type { ClassRule } from './accountable-class.ts';

/** Nobody is called so: `~` is in no name. */
const NOBODY = '~';

export interface Speaking {
  readonly voters: readonly Principal[];
  readonly people: readonly Principal[];
  /** Whose request it is; nobody's who is enrolled, unless it is said. */
  readonly requester?: string;
  readonly dataClass?: string;
}

/** The ballot on which these approve, the adversary finds nothing, and all others are silent. */
export function ballotOf(policy: TrustPolicy, { riskClass, rule }: ClassRule, speaking: Speaking): Ballot {
  const { voters, people, requester = NOBODY, dataClass = 'internal' } = speaking;
  return {
    rule,
    riskClass,
    dataClass,
    opinions: [...voters.map(approval), ...adversariesOf(policy).map(nothingFound)],
    approvals: people.map(({ name }) => ({ person: name, verdict: 'approve' })),
    proposer: policy.principals.find(({ role }) => role === 'planner')?.name ?? NOBODY,
    requester,
    brokenBy: [],
    policy,
  };
}

function approval(reviewer: Principal): CountedOpinion {
  return { ...nothingFound(reviewer), verdict: 'approve', abstention: null };
}

function nothingFound({ name, brain }: Principal): CountedOpinion {
  return {
    principal: name,
    phase: 'blind',
    verdict: 'abstain',
    findings: [],
    // It has looked, and may not approve.
    abstention: 'nothing-found',
    because: [],
    brain: brain?.kind ?? 'playbook',
  };
}
