import type { TrustedPolicy } from '@duovir/principal';
import type { Digest, EntryKind, Principal, Statement, TrustPolicy } from '@duovir/protocol';

/** An entry whose signature and schema hold. Whether it was right to say it is for the semantic rules. */
export interface Fact<Kind extends EntryKind = EntryKind> {
  readonly index: number;
  /** Names the entry: digest of its bytes. */
  readonly digest: Digest;
  readonly principal: Principal;
  readonly statement: Statement<Kind>;
  /** The trust policy by which it is judged: the one it names, where it names one that it may. */
  readonly policy: TrustPolicy;
  /** The trust policy in force at this index. */
  readonly inForce: TrustedPolicy;
}

export function isKind<Kind extends EntryKind>(fact: Fact, kind: Kind): fact is Fact<Kind> {
  return fact.statement.kind === kind;
}

export function ofKind<Kind extends EntryKind>(facts: readonly Fact[] | undefined, kind: Kind): Fact<Kind>[] {
  return (facts ?? []).filter((fact) => isKind(fact, kind));
}
