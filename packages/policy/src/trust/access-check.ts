import type { TrustPolicy } from '@duovir/protocol';
import type { AccessRules } from './access-rules.ts';
import { peopleOf } from './enrolled.ts';
import { Permissions } from './permissions.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const AT = ['access', 'policies'] as const;

/** Whether the access policies can be evaluated at all, and leave somebody who asks, who administers, and who lifts a stop. */
export function checkAccess(policy: TrustPolicy, access: AccessRules | undefined): TrustFinding[] {
  if (!access) return [];
  const flaws = access.validate(policy.access.policies);
  if (flaws.length > 0) return flaws.map((flaw) => trustFinding('access.invalid', AT, flaw));
  const permissions = new Permissions(policy, access);
  const findings: TrustFinding[] = [];
  if (permissions.requesters().length === 0)
    findings.push(trustFinding('access.nobody-requests', AT, 'None of the people enrolled may ask for a run.'));
  if (!peopleOf(policy).some((person) => permissions.here(person, 'administer')))
    findings.push(trustFinding('access.nobody-administers', AT, 'None of the people enrolled may administer.'));
  const stopping = peopleOf(policy).filter((person) => permissions.here(person, 'stop'));
  if (stopping.length < 2)
    findings.push(
      trustFinding(
        'access.stop-for-good',
        AT,
        stopping[0]
          ? `Only ${stopping[0].name} may stop everything, and nobody else could lift that.`
          : 'Nobody may stop everything, or lift a stop.',
      ),
    );
  return findings;
}
