import { readFileSync } from 'node:fs';
import {
  loadPublicKey,
  openTrustPolicy,
  TrustPolicyFile,
  type StateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import { trustPolicyDigest, type TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';
import { parsePolicyDocument, policyOf, type Settled } from './policy-document.ts';

const DAY_MS = 86_400_000;

/** Where trust policies come from: what is and was in force here, and files, signed or not. */
export class PolicySource {
  readonly inForce: TrustedPolicy;
  readonly officerPublicKey: string;
  readonly #file: TrustPolicyFile;
  readonly #now: Date;

  constructor(state: StateDirectory, now: Date) {
    this.officerPublicKey = loadPublicKey(state.officer);
    this.#file = new TrustPolicyFile(state.trustPolicy, this.officerPublicKey);
    this.inForce = this.#file.current();
    this.#now = now;
  }

  /** Newest first, the one in force included. */
  versions(): number[] {
    return this.#file.versions();
  }

  version(version: number): TrustedPolicy {
    const found = version === this.inForce.policy.version ? this.inForce : this.#file.version(version);
    if (found) return found;
    throw new CliError(
      'not-found',
      `No version ${version} of the trust policy was in force here.`,
      'See `duovir trust show`.',
    );
  }

  /** What only a signature settles, for a policy that follows the one in force. What was decided before is good for one day more. */
  next(): Settled {
    const { policy, digest } = this.inForce;
    return {
      version: policy.version + 1,
      issuedAt: this.#now.toISOString(),
      supersedes: { digest, decidedUntil: new Date(this.#now.getTime() + DAY_MS).toISOString() },
    };
  }

  /** A version number, a document, or what the officer has signed. */
  read(given: string): TrustedPolicy {
    if (/^[1-9]\d{0,8}$/.test(given)) return this.version(Number(given));
    const text = readPolicyFile(given);
    return isSigned(text) ? openTrustPolicy(text, this.officerPublicKey) : trusted(this.#written(text, given));
  }

  /** A document that is still to be signed. */
  draft(file: string): TrustPolicy {
    return this.#written(readPolicyFile(file), file);
  }

  #written(text: string, file: string): TrustPolicy {
    return policyOf(parsePolicyDocument(text, file), this.next());
  }
}

export function readPolicyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new CliError(
      'usage',
      `${path} cannot be read: ${reason}.`,
      'Name a file, or a version: `duovir trust show`.',
      cause,
    );
  }
}

/** The officer's envelope in canonical JSON begins so, and no policy does. */
function isSigned(text: string): boolean {
  return text.startsWith('{"payload"');
}

function trusted(policy: TrustPolicy): TrustedPolicy {
  return { policy, digest: trustPolicyDigest(policy) };
}
