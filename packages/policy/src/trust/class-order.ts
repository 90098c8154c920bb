import type { QuorumRule, TrustPolicy } from '@duovir/protocol';
import { classRules, type ClassRule } from './accountable-class.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const amounts = ['reviewers', 'approvals', 'groups', 'people', 'cardholderPeople'] as const;

/** A graver class that asks for less would be the way in for whoever can choose how to write a plan. */
export function checkClassOrder(policy: TrustPolicy): TrustFinding[] {
  const rules = classRules(policy);
  return rules.slice(1).flatMap((graver, index) => {
    const lower = rules[index];
    return lower ? weakerIn(lower, graver) : [];
  });
}

function weakerIn(lower: ClassRule, graver: ClassRule): TrustFinding[] {
  const weaker = amounts.filter((field) => effective(graver.rule, field) < effective(lower.rule, field));
  const findings = weaker.map((field) =>
    finding(
      graver,
      lower,
      field,
      `${effective(graver.rule, field)} where ${lower.riskClass} asks for ${effective(lower.rule, field)}`,
    ),
  );
  if (lower.rule.adversary && !graver.rule.adversary) findings.push(finding(graver, lower, 'adversary', 'none'));
  // With people the high finding of one reviewer is theirs to weigh; without them it has to end the motion.
  if (lower.rule.veto === 'high' && graver.rule.veto === 'critical' && graver.rule.people === 0)
    findings.push(finding(graver, lower, 'veto', 'critical'));
  return findings;
}

function effective(rule: QuorumRule, field: (typeof amounts)[number]): number {
  return field === 'cardholderPeople' ? Math.max(rule.people, rule.cardholderPeople) : rule[field];
}

function finding(graver: ClassRule, lower: ClassRule, field: keyof QuorumRule, what: string): TrustFinding {
  return trustFinding(
    'quorum.weaker',
    ['quorum', graver.riskClass, field],
    `${graver.riskClass} is weaker than ${lower.riskClass}: ${field} ${what}.`,
  );
}
