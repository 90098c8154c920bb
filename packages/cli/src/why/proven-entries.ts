import type { TrustedPolicy } from '@duovir/principal';
import { LedgerError, SPEAKERS, verifyProof } from '@duovir/ledger';
import {
  envelopeBytes,
  envelopeDigest,
  keyIdOfEnvelope,
  openStatement,
  peekStatement,
  ProtocolError,
  type Digest,
  type Envelope,
  type Statement,
} from '@duovir/protocol';
import type { Client } from '@duovir/sdk';

/** An entry of which it is proven that it is in the log, and who signed it. */
export interface ProvenEntry {
  readonly kind: 'proven';
  readonly index: number;
  readonly principal: string;
  readonly digest: Digest;
  readonly statement: Statement;
}

export type CheckedEntry = ProvenEntry | { readonly kind: 'unproven'; readonly reason: string };

/**
 * Fetches entries with their proofs and believes nothing of them: the log signed a checkpoint, enough witnesses cosigned it, the
 * entry is under it, and a principal signed it whom the officer had enrolled in a role that may say such a thing. That he was
 * still enrolled at this very entry is for `duovir ledger verify`, which reads the whole log.
 */
export class ProvenEntries {
  readonly #client: Client;
  readonly #policies: readonly TrustedPolicy[];
  readonly #known = new Map<number, Promise<CheckedEntry>>();

  constructor(client: Client, policies: readonly TrustedPolicy[]) {
    this.#client = client;
    this.#policies = policies;
  }

  /** A link that names none has nothing to be proven by. */
  entry(index: number | null): Promise<CheckedEntry> {
    if (index === null) return Promise.resolve({ kind: 'unproven', reason: 'no entry is named' });
    const known = this.#known.get(index) ?? this.#check(index);
    this.#known.set(index, known);
    return known;
  }

  async #check(index: number): Promise<CheckedEntry> {
    const [{ envelope }, proof] = await Promise.all([this.#client.ledgerEntry(index), this.#client.ledgerProof(index)]);
    const reason = this.#unlogged(index, envelope, proof);
    if (reason !== undefined) return { kind: 'unproven', reason };
    for (const { policy } of this.#policies)
      for (const principal of policy.principals) {
        if (!keyIdOfEnvelope(envelope).startsWith(`${principal.name}/`)) continue;
        const { kind } = peekStatement(envelope);
        if (!SPEAKERS[kind].includes(principal.role)) continue;
        try {
          const statement = openStatement(envelope, kind, principal);
          return { kind: 'proven', index, principal: principal.name, digest: envelopeDigest(envelope), statement };
        } catch (error) {
          // Perhaps it has another key under another version of the policy.
          if (!(error instanceof ProtocolError)) throw error;
        }
      }
    return { kind: 'unproven', reason: 'nobody whom the officer has enrolled for that has signed it' };
  }

  /** Why it is not in the log; undefined when it is. A proof is made anew, so the newest policies know its log and witnesses. */
  #unlogged(index: number, envelope: Envelope, proof: string): string | undefined {
    let reason = 'there is no trust policy';
    for (const { policy } of this.#policies)
      try {
        const proven = verifyProof(proof, envelopeBytes(envelope), {
          logVkey: policy.log.vkey,
          witnessVkeys: policy.witnesses.vkeys,
          quorum: policy.witnesses.quorum,
        });
        return proven.index === index ? undefined : `its proof is for entry ${proven.index}`;
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        reason = error.message;
      }
    return reason;
  }
}
