import { readFileSync } from 'node:fs';
import { loadPinnedOfficer, openTrustPolicy, type TrustedPolicy } from '@duovir/principal';
import { readSmallFile, writeDurably } from '../execution/durable-file.ts';
import { RunnerError } from '../error.ts';

export interface TrustFiles {
  /** The runner's own folder, where the officer's key is pinned: whoever exchanges the policy cannot exchange it. */
  readonly folder: string;
  readonly trustPolicy: string;
  /** Highest version of the trust policy accepted so far. */
  readonly highestVersion: string;
}

/** The one thing the runner believes unchecked is the officer's key. Everything else is derived from it. */
export class TrustAnchor {
  readonly #files: TrustFiles;
  readonly #officerKey: string;
  #highest: number;

  private constructor(files: TrustFiles, officerKey: string, highest: number) {
    this.#files = files;
    this.#officerKey = officerKey;
    this.#highest = highest;
  }

  static async open(files: TrustFiles): Promise<TrustAnchor> {
    const highest = Number((await readSmallFile(files.highestVersion)) ?? '0');
    if (!Number.isSafeInteger(highest))
      throw new RunnerError('state-unsafe', `${files.highestVersion} does not hold a version number.`);
    return new TrustAnchor(files, loadPinnedOfficer(files.folder), highest);
  }

  /** Reads and verifies the policy anew, so that a revoked principal is out with the very next execution. */
  async current(): Promise<TrustedPolicy> {
    const trusted = this.#open();
    const { version } = trusted.policy;
    // An old policy still has the officer's signature; putting it back would re-admit whom a newer one put out.
    if (version < this.#highest)
      throw new RunnerError(
        'trust-policy-stale',
        `The trust policy has version ${version}; version ${this.#highest} was in force here already.`,
        { remedy: 'Restore the newest trust policy that the security officer signed.' },
      );
    if (version > this.#highest) {
      this.#highest = version;
      await writeDurably(this.#files.highestVersion, String(version));
    }
    return trusted;
  }

  #open(): TrustedPolicy {
    try {
      return openTrustPolicy(readFileSync(this.#files.trustPolicy, 'utf8'), this.#officerKey);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : 'The trust policy cannot be read.';
      throw new RunnerError('trust-policy-untrusted', message, { cause });
    }
  }
}
