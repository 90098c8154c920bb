import type { TrustPolicy } from '@duovir/protocol';
import { peopleOf } from './enrolled.ts';
import type { Permissions } from './permissions.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/** What people may do beside the reviewers, and what of a request the server may claim. */
export function checkEmergency(policy: TrustPolicy, permissions: Permissions): TrustFinding[] {
  return [...breakGlassFlaws(policy, permissions), ...requestFlaws(policy)];
}

/** Whoever has requested the run is none of those who carry it. */
function breakGlassFlaws(policy: TrustPolicy, permissions: Permissions): TrustFinding[] {
  const { breakGlass } = policy;
  if (!breakGlass) return [];
  const able = peopleOf(policy).filter((person) => permissions.here(person, 'approve'));
  for (const requester of permissions.requesters()) {
    const others = able.filter(({ name }) => name !== requester.name).length;
    if (others < breakGlass.people)
      return [
        trustFinding(
          'break-glass.people-unreachable',
          ['breakGlass', 'people'],
          `Breaking the glass takes ${breakGlass.people} people; ${others} may do it for what ${requester.name} asks for.`,
        ),
      ];
  }
  return [];
}

function requestFlaws({ requests: { signedFrom } }: TrustPolicy): TrustFinding[] {
  if (signedFrom === 'R0' || signedFrom === 'R1') return [];
  return [
    trustFinding(
      'requests.unsigned',
      ['requests', 'signedFrom'],
      `Only from ${signedFrom} on a request needs the signature of the person who asks.`,
    ),
  ];
}
