import type { TrustedPolicy } from '@duovir/principal';
import { affectedProcesses, trustChanges } from '@duovir/policy';
import {
  canonicalJson,
  envelopeSchema,
  parseCanonicalJson,
  type Envelope,
  type TrustApplication,
  type TrustVersion,
  type TrustView,
} from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Runs } from '../store/runs.ts';
import type { KeptTrustPolicy } from '../store/trust-policies.ts';
import type { Changeover } from './changeover.ts';
import { admitTrustPolicy, trustFindings } from './admission.ts';
import { recordPolicy } from './record-policy.ts';
import type { TrustParts } from './trust-parts.ts';

export interface TrustOfficeParts extends TrustParts {
  readonly runs: Pick<Runs, 'open'>;
  readonly changeover: Changeover;
  wake(run: string, motion: string): Promise<void>;
}

/** Takes in what the officer has signed, one at a time, and shows what is and was in force. */
export class TrustOffice {
  readonly #parts: TrustOfficeParts;
  /** By digest: opening one takes a signature, and they do not change. */
  readonly #opened = new Map<string, TrustedPolicy>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: TrustOfficeParts) {
    this.#parts = parts;
  }

  /** Throws `trust-policy-invalid`, `-older`, `-superseded`, `-unsound`. The one in force, given again, changes nothing. */
  apply(envelope: Envelope, person: string): Promise<TrustApplication> {
    const applied = this.#last.then(() => this.#apply(envelope, person));
    this.#last = applied.catch(() => undefined);
    return applied;
  }

  async view(): Promise<TrustView> {
    const { policy } = this.#parts.trust.current();
    const inForce = await this.#inForce();
    const [newest] = inForce;
    if (!newest) throw unknown(policy.version);
    const history = inForce.map((kept) => {
      const { version, digest, entry } = kept;
      return { version, digest, issuedAt: this.#open(kept).policy.issuedAt, entry };
    });
    return { ...this.#versionOf(newest), findings: trustFindings(policy), history };
  }

  async version(version: number): Promise<TrustVersion> {
    const kept = (await this.#inForce()).find((one) => one.version === version);
    if (!kept) throw unknown(version);
    return this.#versionOf(kept);
  }

  async #apply(envelope: Envelope, person: string): Promise<TrustApplication> {
    const { trust, wake, runs, changeover } = this.#parts;
    const signed = canonicalJson(envelope);
    const next = trust.open(signed);
    const before = trust.current();
    const { policy, digest } = next;
    let entry = (await this.#inForce()).find((kept) => kept.digest === digest)?.entry ?? null;
    if (digest !== before.digest) {
      admitTrustPolicy(trust, before, next);
      entry = await this.#record(before, next, signed);
      console.warn(`${person} has applied version ${policy.version} of the trust policy (entry ${entry}).`);
    }
    // What nobody has decided yet is decided anew, under the new rules.
    for (const { id, state } of await runs.open()) if (state.kind === 'waiting') await wake(id, state.motion);
    return {
      version: policy.version,
      digest,
      entry,
      changes: trustChanges(before.policy, policy).map(({ at, change }) => ({ at, change })),
      warnings: trustFindings(policy),
      restartNeeded: affectedProcesses(before.policy, policy).filter(
        ({ name }) => name !== changeover.restarts(before.policy, policy),
      ),
    };
  }

  async #record(before: TrustedPolicy, next: TrustedPolicy, signed: string): Promise<number> {
    const { changeover } = this.#parts;
    if (!changeover.isNeeded(before.policy, next.policy)) return recordPolicy(this.#parts, before, next, signed);
    await changeover.prepare(next.policy);
    try {
      return await recordPolicy(this.#parts, before, next, signed, (entries) => changeover.append(entries));
    } finally {
      changeover.end();
    }
  }

  async #inForce(): Promise<KeptTrustPolicy[]> {
    const { version } = this.#parts.trust.current().policy;
    const kept = await this.#parts.trustPolicies.all();
    return kept.filter((one) => one.version <= version && (one.isFirst || one.entry !== null));
  }

  #open({ digest, signed }: KeptTrustPolicy): TrustedPolicy {
    const opened = this.#opened.get(digest) ?? this.#parts.trust.open(signed);
    this.#opened.set(digest, opened);
    return opened;
  }

  #versionOf(kept: KeptTrustPolicy): TrustVersion {
    const { version, digest, entry, signed } = kept;
    const { policy } = this.#open(kept);
    return { version, digest, entry, policy, envelope: envelopeSchema.parse(parseCanonicalJson(signed)) };
  }
}

function unknown(version: number): ServerError {
  return new ServerError('trust-policy-unknown', `No version ${version} of the trust policy was in force here.`);
}
