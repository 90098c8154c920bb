import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  openRestore,
  refillLog,
  rootDigest,
  signRestore,
  storedLog,
  type Checkpoint,
  type CheckpointTrust,
  type StoredLog,
} from '@duovir/ledger';
import type { StateDirectory, TrustedPolicy } from '@duovir/principal';
import {
  canonicalJson,
  envelopeSchema,
  parseCanonicalJson,
  type Envelope,
  type RestoreDecision,
  type Signer,
} from '@duovir/protocol';
import { databaseUrl } from '@duovir/server';
import { CliError } from '../error.ts';
import { syncFolder, writeNewFile } from '../init/durable-file.ts';
import type { PolicySource } from '../trust/policy-source.ts';
import { Witnesses } from './witnesses.ts';

/** How the database stands to what the witnesses have cosigned. */
export interface Standing {
  /** The entries in the database. */
  readonly stored: StoredLog;
  /** What the witnesses have seen; undefined where they hold nothing against the database. */
  readonly seen: Checkpoint | undefined;
}

/** Brings a database that was restored from a backup up to what the witnesses have seen, or has the officer say what is lost. */
export class Restoration {
  readonly #state: StateDirectory;
  readonly #officer: string;
  readonly #origin: string;
  readonly #witnesses: Witnesses;
  readonly #trusts: readonly CheckpointTrust[];

  constructor(state: StateDirectory, source: PolicySource) {
    const { policy } = source.inForce;
    this.#state = state;
    this.#officer = source.officerPublicKey;
    this.#origin = policy.log.origin;
    this.#witnesses = new Witnesses(state, policy, source.officerPublicKey);
    this.#trusts = source.versions().map((version) => trustOf(source.version(version)));
  }

  async standing(): Promise<Standing> {
    const seen = await this.#witnesses.seen(this.#trusts);
    return { stored: await storedLog(this.#options), seen };
  }

  /** Takes what is missing from a published folder; nothing where there is none. Returns how many entries came back. */
  async refill(folder: string): Promise<number> {
    if (!existsSync(join(folder, 'checkpoint'))) return 0;
    const { from, to } = await refillLog(folder, this.#options);
    return to - from;
  }

  /** The decision is kept before it works: whoever is killed in between finds it, and hands it in again. */
  async acceptLoss({ stored, seen }: Standing, officer: () => Promise<Signer>, now: Date): Promise<RestoreDecision> {
    if (!seen) throw new CliError('refused', 'Nothing is lost.', 'Start it with `duovir up`.');
    const { size } = stored;
    const [root, lostRoot] = [rootDigest(stored.root), rootDigest(seen.root)];
    // Named after both roots: what was decided about other entries is not handed in for these.
    const path = join(this.#state.restores, `${size}-${root.slice(-16)}-${seen.size}-${lostRoot.slice(-16)}.json`);
    if (!existsSync(path)) {
      const decision: RestoreDecision = {
        apiVersion: 'duovir/v1',
        kind: 'RestoreDecision',
        origin: this.#origin,
        size,
        root,
        lost: seen.size,
        lostRoot,
        decidedAt: now.toISOString(),
      };
      const envelope = await signRestore(await officer(), decision);
      this.#open(envelope);
      mkdirSync(this.#state.restores, { recursive: true, mode: 0o755 });
      writeNewFile(path, `${canonicalJson(envelope)}\n`, 0o644);
      syncFolder(this.#state.restores);
      syncFolder(dirname(this.#state.restores));
    }
    const kept = envelopeSchema.parse(parseCanonicalJson(readFileSync(path, 'utf8').trim()));
    const decided = this.#open(kept);
    await this.#witnesses.forget(kept);
    return decided;
  }

  close(): void {
    this.#witnesses.close();
  }

  get #options(): { connectionString: string; trusts: readonly CheckpointTrust[] } {
    return { connectionString: databaseUrl(this.#state), trusts: this.#trusts };
  }

  /** What the pinned key does not verify is thrown away. */
  #open(envelope: Envelope): RestoreDecision {
    try {
      return openRestore(envelope, this.#officer).decision;
    } catch (cause) {
      throw new CliError(
        'unverified',
        'The signature is not one of the officer key that this installation has pinned.',
        "Sign with the key whose public half is the state directory's officer/public.pem.",
        cause,
      );
    }
  }
}

function trustOf({ policy: { log, witnesses } }: TrustedPolicy): CheckpointTrust {
  return { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum };
}
