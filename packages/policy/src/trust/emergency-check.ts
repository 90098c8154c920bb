import type { TrustPolicy } from '@duovir/protocol';
import { peopleOf } from './enrolled.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

/** What people may do beside the reviewers, and what of a request the server may claim. */
export function checkEmergency(policy: TrustPolicy): TrustFinding[] {
  return [...breakGlassFlaws(policy), ...requestFlaws(policy)];
}

/** Whoever has requested the run is none of those who carry it. */
function breakGlassFlaws(policy: TrustPolicy): TrustFinding[] {
  const { breakGlass } = policy;
  const others = Math.max(0, peopleOf(policy).length - 1);
  if (!breakGlass || breakGlass.people <= others) return [];
  return [
    trustFinding(
      'break-glass.people-unreachable',
      ['breakGlass', 'people'],
      `Breaking the glass takes ${breakGlass.people} people; besides the requester there are ${others}.`,
    ),
  ];
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
