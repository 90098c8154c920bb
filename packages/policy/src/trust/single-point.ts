import { tally, type Principal, type TrustPolicy } from '@duovir/protocol';
import { classRules, type ClassRule } from './accountable-class.ts';
import { peopleOf, votersOf } from './enrolled.ts';
import { ballotOf, type Speaking } from './likely-ballot.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/** Where one party decides alone: no agent acts alone, and no person where it matters most. */
export function checkSinglePoints(policy: TrustPolicy): TrustFinding[] {
  return classRules(policy).flatMap((one) => [...noApproval(one), ...oneGroup(policy, one), ...onePerson(policy, one)]);
}

function noApproval({ riskClass, rule }: ClassRule): TrustFinding[] {
  if (riskClass === 'R0' || rule.approvals > 0) return [];
  return [
    trustFinding(
      'quorum.no-approval',
      ['quorum', riskClass, 'approvals'],
      `${riskClass} is carried without any reviewer's approval.`,
    ),
  ];
}

/** A group may have any number of names; a person is one, and may stand in for reviewers that are silent. */
function oneGroup(policy: TrustPolicy, one: ClassRule): TrustFinding[] {
  const { riskClass } = one;
  if (riskClass === 'R0' || riskClass === 'R1') return [];
  const voters = votersOf(policy);
  const groups = [...new Set(voters.map(({ group }) => group))].map((group) => ({
    name: `the group ${group}`,
    speaking: { voters: voters.filter((voter) => voter.group === group), people: [] },
  }));
  const [person] = peopleOf(policy);
  const alone = person ? [{ name: 'one person', speaking: { voters: [], people: [person] } }] : [];
  const culprits = [...groups, ...alone].filter(({ speaking }) => isCarried(policy, one, speaking));
  return culprits.map(({ name }) =>
    trustFinding('quorum.one-group', ['quorum', riskClass, 'groups'], `${capital(name)} alone can carry ${riskClass}.`),
  );
}

/** PCI scope: with all reviewers on his side, one person must still not be enough. */
function onePerson(policy: TrustPolicy, one: ClassRule): TrustFinding[] {
  if (one.riskClass !== 'R3') return [];
  const [person] = peopleOf(policy);
  const people: Principal[] = person ? [person] : [];
  if (!isCarried(policy, one, { voters: votersOf(policy), people, dataClass: 'cardholder' })) return [];
  return [
    trustFinding(
      'quorum.one-person',
      ['quorum', 'R3', 'cardholderPeople'],
      'R3 in PCI scope is carried with the approval of one person, or of none.',
    ),
  ];
}

function isCarried(policy: TrustPolicy, one: ClassRule, speaking: Speaking): boolean {
  return tally(ballotOf(policy, one, speaking)).verdict === 'carried';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
