import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadPinnedOfficer, PrincipalError, TrustPolicyFile, type TrustedPolicy } from '@duovir/principal';
import type { Digest } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

export interface TrustFiles {
  /** The principal's own folder, where the officer's key is pinned: whoever exchanges the policy cannot exchange it. */
  readonly folder: string;
  readonly trustPolicy: string;
  /** Highest version of the trust policy accepted so far. */
  readonly highestVersion: string;
}

/** The trust policy a motion was decided under, beside the newest one. */
export interface DecidingPolicy extends TrustedPolicy {
  readonly newest: TrustedPolicy;
  /** Until when what it has decided may be carried out, in milliseconds since 1970. */
  readonly until: number;
}

/** The one thing runner and attestor believe unchecked is the officer's key. Everything else is derived from it. */
export class TrustAnchor {
  readonly #file: TrustPolicyFile;

  constructor({ folder, trustPolicy, highestVersion }: TrustFiles) {
    mkdirSync(dirname(highestVersion), { recursive: true, mode: 0o700 });
    this.#file = reading(() => new TrustPolicyFile(trustPolicy, loadPinnedOfficer(folder), highestVersion));
  }

  /** The newest, verified: a revoked principal is out with the very next execution. */
  current(): TrustedPolicy {
    return reading(() => this.#file.current());
  }

  /** Only the newest policy decides, and the one before it for as long as the officer has allowed. */
  decidedUnder(digest: Digest): DecidingPolicy {
    const newest = this.current();
    if (digest === newest.digest) return { ...newest, newest, until: Number.POSITIVE_INFINITY };
    const { supersedes, version } = newest.policy;
    const decided = supersedes?.digest === digest ? reading(() => this.#file.known(digest)) : undefined;
    if (!supersedes || !decided || decided.policy.version >= version)
      throw new RunnerError('trust-policy-stale', 'The motion was decided under another trust policy.');
    return { ...decided, newest, until: Date.parse(supersedes.decidedUntil) };
  }
}

function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof PrincipalError && cause.code === 'trust-policy-stale')
      throw new RunnerError('trust-policy-stale', cause.message, { cause, remedy: cause.remedy });
    if (cause instanceof PrincipalError && cause.code !== 'trust-policy-invalid') throw cause;
    const message = cause instanceof Error ? cause.message : 'The trust policy cannot be read.';
    throw new RunnerError('trust-policy-untrusted', message, { cause });
  }
}
