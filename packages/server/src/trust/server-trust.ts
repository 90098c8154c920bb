import type { TrustPort } from '@duovir/engine';
import {
  historyVersions,
  loadPinnedOfficer,
  openTrustPolicy,
  placeTrustPolicy,
  TrustPolicyFile,
  type StateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import { keyIdOf, type Digest, type Signer, type TrustPolicy } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { serverIn } from './own-keys.ts';

/**
 * The trust policy in force, as the server sees it: the newest that the ledger has an entry of. A newer file that somebody
 * put in its place does not count before it has one (Invariant 9).
 */
export class ServerTrust implements TrustPort {
  readonly #path: string;
  readonly #officerPublicKey: string;
  readonly #signer: Signer;
  readonly #file: TrustPolicyFile;
  readonly #superseded = new Map<Digest, TrustedPolicy>();
  #inForce: TrustedPolicy;

  private constructor(state: StateDirectory, signer: Signer) {
    this.#path = state.trustPolicy;
    this.#officerPublicKey = loadPinnedOfficer(state.principal(signer.principal));
    this.#signer = signer;
    this.#file = new TrustPolicyFile(this.#path, this.#officerPublicKey);
    this.#inForce = this.#file.current();
    if (!this.isOwn(this.#inForce.policy))
      throw new ServerError('trust-policy-foreign', "The trust policy does not enrol this server's key.");
  }

  /** Opens the file with the officer key pinned in the server's own folder. It must enrol this server's key. */
  static load(state: StateDirectory, signer: Signer): ServerTrust {
    return new ServerTrust(state, signer);
  }

  current(): TrustedPolicy {
    return this.#inForce;
  }

  known(digest: Digest): TrustedPolicy | undefined {
    if (digest === this.#inForce.digest) return this.#inForce;
    const cached = this.#superseded.get(digest);
    if (cached) return cached;
    for (const version of this.superseded()) {
      const trusted = this.#file.version(version);
      if (trusted) this.#superseded.set(trusted.digest, trusted);
      if (trusted?.digest === digest) return trusted;
    }
    return undefined;
  }

  /** Versions that were in force before, newest first. */
  superseded(): number[] {
    return historyVersions(this.#path).filter((version) => version < this.#inForce.policy.version);
  }

  /** Verifier key of the log by the policy before the one in force. */
  formerLogKeys(): string[] {
    const [version] = this.superseded();
    const before = version === undefined ? undefined : this.#file.version(version);
    return before ? [before.policy.log.vkey] : [];
  }

  /** What the officer has signed, and nothing else. Throws `trust-policy-invalid`. */
  open(signed: string): TrustedPolicy {
    return openTrustPolicy(signed, this.#officerPublicKey);
  }

  /** Whether it is the server under it, with this key or another. */
  isEnrolled(policy: TrustPolicy): boolean {
    return serverIn(policy, this.#signer.principal) !== undefined;
  }

  /** Whether the key that this server has is the one that the policy enrols. */
  isOwn(policy: TrustPolicy): boolean {
    const { principal, keyId } = this.#signer;
    const own = serverIn(policy, principal);
    return own !== undefined && keyIdOf(own.name, Buffer.from(own.publicKey, 'base64')) === keyId;
  }

  /** Writes what has its entry where everybody reads it, and goes by it from here on. May be repeated. */
  putInForce(signed: string): TrustedPolicy {
    const trusted = this.open(signed);
    placeTrustPolicy(this.#path, trusted.policy.version, signed);
    this.#inForce = trusted;
    return trusted;
  }
}
