import type { TrustedPolicy } from '@duovir/principal';
import { checkTrustPolicy, type TrustFinding } from '@duovir/policy';
import { authorise, validateAccess } from '@duovir/policy/access';
import type { TrustPolicy } from '@duovir/protocol';
import { ServerError, type Flaw } from '../error.ts';
import type { ServerTrust } from './server-trust.ts';

export function trustFindings(policy: TrustPolicy): TrustFinding[] {
  return checkTrustPolicy(policy, { validate: validateAccess, authorise });
}

/**
 * Whether a policy that the officer has signed may follow the one in force. The signature says who wrote it, not when: an old
 * one, or one that was made to follow another, would bring back what has been taken away since.
 */
export function admitTrustPolicy(trust: ServerTrust, before: TrustedPolicy, { policy }: TrustedPolicy): void {
  const { version, supersedes } = policy;
  if (version <= before.policy.version)
    throw new ServerError(
      'trust-policy-older',
      `Version ${before.policy.version} of the trust policy is in force; this is version ${version}.`,
    );
  if (supersedes?.digest !== before.digest)
    throw new ServerError(
      'trust-policy-superseded',
      `This policy was signed to follow ${supersedes?.digest ?? 'none'}; ${before.digest} is in force.`,
    );
  if (!trust.isEnrolled(policy) || policy.log.origin !== before.policy.log.origin)
    throw new ServerError('trust-policy-unsound', 'This policy takes the server or its log away.');
  const errors = trustFindings(policy).filter(({ level }) => level === 'error');
  if (errors.length > 0)
    throw new ServerError(
      'trust-policy-unsound',
      `The trust policy has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}: ${errors[0]?.sentence ?? ''}`,
      undefined,
      errors.map(flawOf),
    );
}

function flawOf({ at, id, sentence, remedy }: TrustFinding): Flaw {
  return { pointer: at, message: `${id}: ${sentence} ${remedy}` };
}
