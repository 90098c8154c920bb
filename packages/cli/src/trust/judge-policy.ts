import { checkTrustPolicy, type TrustFinding } from '@duovir/policy';
import { authorise, validateAccess } from '@duovir/policy/access';
import type { TrustPolicy } from '@duovir/protocol';

/** As the server will judge it. */
export function judgePolicy(policy: TrustPolicy): TrustFinding[] {
  return checkTrustPolicy(policy, { validate: validateAccess, authorise });
}
