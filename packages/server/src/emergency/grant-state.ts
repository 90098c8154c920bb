import type { Digest, GrantView, TrustPolicy } from '@duovir/protocol';
import type { Grant } from '../store/grants.ts';

interface Trusted {
  readonly policy: TrustPolicy;
  readonly digest: Digest;
}

/** Those who have opened it, once they are as many as the policy in force asks for. A new policy voids what an old one allowed. */
export function confirmedBy(grant: Grant, { policy, digest }: Trusted): readonly string[] | undefined {
  const { breakGlass, principals } = policy;
  if (!breakGlass || grant.trustPolicy !== digest || grant.endedBy !== null) return undefined;
  if (!grant.classes.every((one) => breakGlass.classes.some((allowed) => allowed === one))) return undefined;
  const enrolled = principals.filter(({ role }) => role === 'person').map(({ name }) => name);
  const people = grant.statements.map(({ person }) => person).filter((person) => enrolled.includes(person));
  return people.length >= breakGlass.people ? people : undefined;
}

export function grantView(grant: Grant, trusted: Trusted, now: Date): GrantView {
  const { id, classes, until, reason, salt, endedBy, statements } = grant;
  return {
    grant: id,
    state: stateOf(grant, trusted, now),
    classes,
    until: until.toISOString(),
    reason,
    salt,
    people: statements.map(({ person, time, entry }) => ({ person, time: time.toISOString(), entry })),
    endedBy,
  };
}

function stateOf(grant: Grant, trusted: Trusted, now: Date): GrantView['state'] {
  if (grant.endedBy !== null) return 'ended';
  if (grant.until <= now || grant.trustPolicy !== trusted.digest) return 'over';
  return confirmedBy(grant, trusted) ? 'in-force' : 'opened';
}
