import { tally, type Principal, type TrustPolicy } from '@duovir/protocol';
import { accountableClasses, classRules, type ClassRule } from './accountable-class.ts';
import { adversariesOf, peopleOf, votersOf } from './enrolled.ts';
import { ballotOf } from './likely-ballot.ts';
import type { Permissions } from './permissions.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/** Whether every class can be carried, whoever asks: what nobody can reach is a class that is denied without saying so. */
export function checkReach(policy: TrustPolicy, permissions: Permissions): TrustFinding[] {
  const denied = accountableClasses
    .filter((riskClass) => policy.quorum[riskClass] === undefined)
    .map((riskClass) =>
      trustFinding('quorum.no-rule', ['quorum', riskClass], `${riskClass} has no rule and is denied.`),
    );
  return [...denied, ...classRules(policy).flatMap((one) => reachOf(policy, permissions, one))];
}

function reachOf(policy: TrustPolicy, permissions: Permissions, one: ClassRule): TrustFinding[] {
  const findings = [...reviewersReach(policy, one), ...peopleReach(policy, permissions, one)];
  // What a single threshold does not show: that all of them can be met at once.
  return findings.length > 0 ? findings : carriedFor(policy, permissions, one);
}

function reviewersReach(policy: TrustPolicy, { riskClass, rule }: ClassRule): TrustFinding[] {
  const voters = votersOf(policy);
  const at = (field: string): string[] => ['quorum', riskClass, field];
  const findings: TrustFinding[] = [];
  if (rule.reviewers > voters.length)
    findings.push(
      trustFinding(
        'quorum.reviewers-unreachable',
        at('reviewers'),
        `${riskClass} asks for ${rule.reviewers} reviewers besides the adversary; ${voters.length} are enrolled.`,
      ),
    );
  if (rule.approvals > voters.length)
    findings.push(
      trustFinding(
        'quorum.approvals-unreachable',
        at('approvals'),
        `${riskClass} asks for ${rule.approvals} approvals; ${voters.length} reviewers may approve.`,
      ),
    );
  else if (rule.approvals > rule.reviewers)
    findings.push(
      trustFinding(
        'quorum.approvals-above-reviewers',
        at('approvals'),
        `${riskClass} asks for ${rule.approvals} approvals of ${rule.reviewers} reviewers.`,
      ),
    );
  if (rule.adversary && adversariesOf(policy).length === 0)
    findings.push(
      trustFinding(
        'quorum.adversary-missing',
        at('adversary'),
        `${riskClass} asks for an adversary; none is enrolled.`,
      ),
    );
  return findings;
}

function peopleReach(policy: TrustPolicy, permissions: Permissions, one: ClassRule): TrustFinding[] {
  const { riskClass, rule } = one;
  const reviewerGroups = new Set(votersOf(policy).map(({ group }) => group)).size;
  const fields = ['people', 'cardholderPeople'] as const;
  for (const requester of permissions.requesters()) {
    for (const field of fields) {
      const dataClass = field === 'people' ? 'internal' : 'cardholder';
      const people = approversFor(policy, permissions, one, requester, dataClass);
      if (rule[field] > people.length)
        return [
          trustFinding(
            'quorum.people-unreachable',
            ['quorum', riskClass, field],
            `${riskClass} asks for ${rule[field]} people; ${people.length} may approve what ${requester.name} asks for.`,
          ),
        ];
      if (rule.groups > reviewerGroups + people.length)
        return [
          trustFinding(
            'quorum.groups-unreachable',
            ['quorum', riskClass, 'groups'],
            `${riskClass} asks for ${rule.groups} groups; reviewers and people together are ${reviewerGroups + people.length} for what ${requester.name} asks for.`,
          ),
        ];
    }
  }
  return [];
}

/** Everybody approves who may, and nobody finds anything: if that is not carried, nothing ever is. */
function carriedFor(policy: TrustPolicy, permissions: Permissions, one: ClassRule): TrustFinding[] {
  for (const requester of permissions.requesters())
    for (const dataClass of ['internal', 'cardholder']) {
      const people = approversFor(policy, permissions, one, requester, dataClass);
      const voters = votersOf(policy);
      const { verdict, explanation } = tally(
        ballotOf(policy, one, { voters, people, requester: requester.name, dataClass }),
      );
      if (verdict !== 'carried')
        return [trustFinding('quorum.never-carried', ['quorum', one.riskClass], `${one.riskClass}: ${explanation}`)];
    }
  return [];
}

function approversFor(
  policy: TrustPolicy,
  permissions: Permissions,
  { riskClass }: ClassRule,
  requester: Principal,
  dataClass: string,
): Principal[] {
  return peopleOf(policy)
    .filter(({ name }) => name !== requester.name)
    .filter((person) => permissions.onRun(person, 'approve', requester, { riskClass, dataClass }));
}
