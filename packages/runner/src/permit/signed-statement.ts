import {
  keyIdOfEnvelope,
  openStatement,
  type EntryKind,
  type Envelope,
  type Principal,
  type Role,
  type Statement,
  type TrustPolicy,
} from '@duovir/protocol';
import { RunnerError, type RunnerErrorCode } from '../error.ts';
import type { DecidingPolicy } from './trust-anchor.ts';

export interface Signed<Kind extends EntryKind> {
  readonly signer: Principal;
  readonly statement: Statement<Kind>;
  readonly envelope: Envelope;
}

/** The enrolled principal the envelope claims to come from: a claim only, until the signature is checked. */
export function claimedSigner(envelope: Envelope, policy: TrustPolicy): Principal | undefined {
  const [name] = keyIdOfEnvelope(envelope).split('/');
  return policy.principals.find((principal) => principal.name === name);
}

/** A statement of that kind, really signed by an enrolled principal of that role. */
export function openSigned<Kind extends EntryKind>(
  envelope: Envelope,
  kind: Kind,
  role: Role,
  policy: TrustPolicy,
  code: RunnerErrorCode,
): Signed<Kind> {
  const signer = claimedSigner(envelope, policy);
  if (signer?.role !== role) throw new RunnerError(code, `This ${kind} was not signed by an enrolled ${role}.`);
  try {
    return { signer, statement: openStatement(envelope, kind, signer), envelope };
  } catch (cause) {
    throw new RunnerError(code, `This is no ${kind} that ${signer.name} signed.`, { cause });
  }
}

/** The same of a motion that was decided: whoever spoke was enrolled then, and is still. */
export function openEnrolled<Kind extends EntryKind>(
  envelope: Envelope,
  kind: Kind,
  role: Role,
  deciding: DecidingPolicy,
  code: RunnerErrorCode,
): Signed<Kind> {
  const signed = openSigned(envelope, kind, role, deciding.policy, code);
  if (deciding.digest === deciding.newest.digest) return signed;
  const now = stillEnrolled(signed.signer, deciding.newest.policy);
  // Again under the newest: it may be one of several keys that was taken away.
  openSigned(envelope, kind, role, { ...deciding.newest.policy, principals: [now] }, 'principal-revoked');
  return signed;
}

/** With the same key, role and group: another key under the old name is another speaker. */
export function stillEnrolled({ name, role, group, publicKey }: Principal, newest: TrustPolicy): Principal {
  const now = newest.principals.find((principal) => principal.name === name);
  if (now?.role === role && now.group === group && now.publicKey === publicKey) return now;
  throw new RunnerError('principal-revoked', `${name} is no longer enrolled as it was when the motion was decided.`);
}
