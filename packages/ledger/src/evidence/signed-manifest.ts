import {
  digestOfBytes,
  envelopeBytes,
  keyIdOfEnvelope,
  openStatement,
  parseEnvelope,
  type Digest,
  type Envelope,
  type Statement,
  type TrustPolicy,
} from '@duovir/protocol';
import { LedgerError } from '../error.ts';
import { verifyProof } from '../proof.ts';
import { formatManifest, type Manifest } from './manifest.ts';
import type { PackedLog } from './packed-log.ts';

/** A statement that holds, and the entry that it is. */
export interface ProvenExport {
  readonly index: number;
  readonly statement: Statement<'evidence-export'>;
}

/** What a server gives for a manifest: its statement about it, and the proof that this is an entry. */
export interface SignedManifest {
  readonly envelope: Envelope;
  /** C2SP tlog-proof. */
  readonly proof: string;
}

const refused = (reason: string): LedgerError => new LedgerError('evidence-refused', reason);

/**
 * Throws unless a server of the trust policy has said that exactly this manifest was exported, about the same period and size,
 * and saying so is an entry of the log behind what the pack holds.
 */
export function verifySignedManifest(
  manifest: Manifest,
  { envelope, proof }: SignedManifest,
  policy: TrustPolicy,
): ProvenExport {
  const statement = openStatement(
    parseEnvelope(envelopeBytes(envelope)),
    'evidence-export',
    speakerOf(envelope, policy),
  );
  if (statement.run !== 'duovir' || statement.subject !== digestOfBytes(formatManifest(manifest)))
    throw refused('The server has signed another manifest.');
  const { scope, from, to, size, first } = statement.predicate;
  if (scope !== manifest.scope || from !== manifest.from || to !== manifest.to)
    throw refused('The server has signed for another period or scope.');
  if (size !== manifest.size || first !== manifest.first) throw refused('The server has signed for other entries.');
  const { log, witnesses } = policy;
  const trust = { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum };
  const { index } = verifyProof(proof, envelopeBytes(envelope), trust);
  if (index < manifest.size) throw refused('The export is said to have been before what it exports.');
  return { index, statement };
}

function speakerOf(envelope: Envelope, policy: TrustPolicy): TrustPolicy['principals'][number] {
  const [name] = keyIdOfEnvelope(envelope).split('/');
  const speaker = policy.principals.find((principal) => principal.name === name && principal.role === 'server');
  if (!speaker) throw refused(`${name ?? 'nobody'} is no server of the trust policy in force.`);
  return speaker;
}

/** By which an export is judged: the policy in force at the end of what it holds. */
export function policyInForce({ keys }: Pick<PackedLog, 'keys'>, digest: Digest | undefined): TrustPolicy {
  const trusted = digest === undefined ? undefined : keys.policies.get(digest);
  return (trusted ?? keys.newest).policy;
}
