import { evaluateQuery } from '@duovir/policy';
import type { DebatedFinding, Plan, Rebuttal } from '@duovir/protocol';

/** What the bytes of the plan alone say to a finding; undefined where they leave it open. */
export function refutationOf({ id, check }: DebatedFinding, plan: Plan): Rebuttal | undefined {
  if (check?.means !== 'query' || evaluateQuery(plan, check.query) !== 'disproved') return undefined;
  const { at, is } = check.query;
  const claim =
    is === 'absent' ? 'The plan has something there.' : 'The plan does not have there what the finding says.';
  return { finding: id, kind: 'refute', claim, evidence: [at] };
}

/** Only a person may accept a risk. */
export function leftToPerson(finding: string, claim: string): Rebuttal {
  return { finding, kind: 'ask-person', claim: claim.slice(0, 800), evidence: [] };
}
