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
