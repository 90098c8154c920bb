import type { TrustPolicy } from '@duovir/protocol';
import { classRules } from './accountable-class.ts';
import { votersOf } from './enrolled.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/**
 * Whoever gathers the opinions could hand on only those that suit him, as long as they are enough. The lowest class is left to the
 * officer: there, a reviewer that is silent should not call people.
 */
export function checkDissent(policy: TrustPolicy): TrustFinding[] {
  const enrolled = votersOf(policy).length;
  return classRules(policy)
    .filter(({ riskClass, rule }) => riskClass !== 'R1' && rule.reviewers > 0 && rule.reviewers < enrolled)
    .map(({ riskClass, rule }) =>
      trustFinding(
        'quorum.dissent-omissible',
        ['quorum', riskClass, 'reviewers'],
        `${riskClass} asks for ${rule.reviewers} of ${enrolled} reviewers.`,
      ),
    );
}
