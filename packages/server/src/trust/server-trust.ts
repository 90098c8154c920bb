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

  /** What the officer has signed, and nothing else. Throws `trust-policy-invalid`. */
  open(signed: string): TrustedPolicy {
    return openTrustPolicy(signed, this.#officerPublicKey);
  }

  /** Whether this server goes on being the server under it, with this log. */
  isOwn(policy: TrustPolicy): boolean {
    const { principal, keyId } = this.#signer;
    const own = policy.principals.find(({ name, role }) => role === 'server' && name === principal);
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
