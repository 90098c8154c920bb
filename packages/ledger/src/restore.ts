import { OFFICER } from '@duovir/principal';
import {
  digestOf,
  ed25519Key,
  envelopeDigest,
  keyIdOf,
  openEnvelope,
  restoreDecisionSchema,
  signEnvelope,
  type Digest,
  type Envelope,
  type RestoreDecision,
  type Signer,
} from '@duovir/protocol';

/** A restore decision that the officer signed. */
export interface TrustedRestore {
  readonly decision: RestoreDecision;
  /** Of the decision: what the log names. */
  readonly digest: Digest;
  /** Digest of the officer's envelope. */
  readonly signature: Digest;
}

/** The payload is the decision itself. */
export function signRestore(officer: Signer, decision: RestoreDecision): Promise<Envelope> {
  return signEnvelope(officer, restoreDecisionSchema.parse(decision));
}

/** Throws unless `officer`, the raw public key in base64, has signed exactly one decision here. */
export function openRestore(envelope: Envelope, officer: string): TrustedRestore {
  const keyId = keyIdOf(OFFICER, Buffer.from(officer, 'base64'));
  const decision = restoreDecisionSchema.parse(openEnvelope(envelope, keyId, ed25519Key(officer)));
  return { decision, digest: digestOf(decision), signature: envelopeDigest(envelope) };
}

/** Whether a checkpoint of this size belongs to what the officer has said is lost. */
export function isAmongLost({ size, lost }: RestoreDecision, checkpoint: number): boolean {
  return size <= checkpoint && checkpoint <= lost;
}
