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
import type { Checkpoint } from './checkpoint.ts';

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

/** A root as decisions and entries write it. */
export function rootDigest(root: Buffer): Digest {
  return `sha256:${root.toString('hex')}`;
}

/** What a decision leaves of a log, as its checkpoint would say it. */
export function leftOf({ origin, size, root }: RestoreDecision): Checkpoint {
  return { origin, size, root: Buffer.from(root.slice('sha256:'.length), 'hex') };
}

/**
 * Whether a log of which this many entries lead to `left` goes on as the officer has decided. Another root: they were
 * rewritten along with the restore.
 */
export function goesOnWith({ root }: Pick<RestoreDecision, 'root'>, left: Buffer): boolean {
  return rootDigest(left) === root;
}

/** Whether a checkpoint of this size belongs to what the officer has said is lost. */
export function isAmongLost({ size, lost }: RestoreDecision, checkpoint: number): boolean {
  return size <= checkpoint && checkpoint <= lost;
}
