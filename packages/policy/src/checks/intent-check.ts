import type { FindingDetail, RiskClass, TrustPolicy } from '@duovir/protocol';
import { numberFindings } from '../finding/finding.ts';
import { riskRank } from '../risk/reason.ts';

/** From the class the trust policy names on, nobody but the requester can say who asks: not even the server. */
export function checkIntent(riskClass: RiskClass, isSigned: boolean, policy: TrustPolicy): FindingDetail[] {
  if (isSigned || riskRank(riskClass) < riskRank(policy.requests.signedFrom)) return [];
  return numberFindings([
    {
      rule: 'check.request-signed',
      severity: 'critical',
      step: null,
      claim: `The plan is ${riskClass}, and from ${policy.requests.signedFrom} on the requester must have signed the request.`,
      evidence: ['/run'],
      suggestion:
        'Ask again with a signed request: `duovir run start` signs it with your key, the console with your passkey.',
    },
  ]);
}
