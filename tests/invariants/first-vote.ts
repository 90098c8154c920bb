import type { CountedOpinion } from '@duovir/protocol';

/** What a reviewer by rules says in the blind vote. */
export function firstVote(principal: string, verdict: CountedOpinion['verdict']): CountedOpinion {
  const abstention = verdict === 'abstain' ? 'nothing-found' : null;
  return { principal, phase: 'blind', verdict, brain: 'playbook', findings: [], abstention, because: [] };
}
