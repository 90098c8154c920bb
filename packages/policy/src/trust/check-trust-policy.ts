import type { TrustPolicy } from '@duovir/protocol';
import { checkAccess } from './access-check.ts';
import type { AccessRules } from './access-rules.ts';
import { checkBudget } from './budget-check.ts';
import { checkClassOrder } from './class-order.ts';
import { checkDissent } from './dissent-check.ts';
import { checkEmergency } from './emergency-check.ts';
import { checkEnvelopes } from './envelope-check.ts';
import { checkLog } from './log-check.ts';
import { Permissions } from './permissions.ts';
import { checkPrincipals } from './principals-check.ts';
import { checkReach } from './quorum-reach.ts';
import { checkSinglePoints } from './single-point.ts';
import { checkTimes } from './time-check.ts';
import type { TrustFinding } from './trust-finding.ts';

/**
 * Everything that is wrong with a trust policy, errors first. A policy without errors lets every class be carried by somebody
 * and none from R2 on by one party alone. Access policies are only judged where `access` is given.
 */
export function checkTrustPolicy(policy: TrustPolicy, access?: AccessRules): TrustFinding[] {
  const accessFlaws = checkAccess(policy, access);
  // Access policies in doubt deny everything: who could approve under them says nothing about the quorums.
  const isUsable = accessFlaws.every(({ level }) => level === 'warning');
  const permissions = new Permissions(policy, isUsable ? access : undefined);
  const findings = [
    ...checkReach(policy, permissions),
    ...checkSinglePoints(policy),
    ...checkClassOrder(policy),
    ...checkDissent(policy),
    ...checkTimes(policy),
    ...checkPrincipals(policy),
    ...checkLog(policy),
    ...checkEnvelopes(policy),
    ...checkEmergency(policy, permissions),
    ...checkBudget(policy),
    ...accessFlaws,
  ];
  return [...findings.filter(({ level }) => level === 'error'), ...findings.filter(({ level }) => level === 'warning')];
}
