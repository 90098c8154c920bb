import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import type { Digest } from '@duovir/protocol';
import { PrincipalError } from '../error.ts';
import { replaceFile } from './durable-file.ts';
import { openTrustPolicy, type TrustedPolicy } from './signed-policy.ts';
import { historyFile, historyVersions } from './trust-files.ts';

/** A policy of 256 principals takes some 64 KB; a file that never ends is none. */
const MOST_BYTES = 262_144n;

interface Read {
  readonly identity: string;
  readonly trusted: TrustedPolicy;
}

/**
 * The trust policy as one principal sees it: verified with the officer key it has pinned, followed while the process runs,
 * and never an older one than it has seen. Reading it again costs one `stat` while the file is the same.
 */
export class TrustPolicyFile {
  readonly #path: string;
  readonly #officerPublicKey: string;
  readonly #highestVersionFile: string | undefined;
  readonly #superseded = new Map<Digest, TrustedPolicy>();
  #read: Read | undefined;
  #highest: { readonly version: number; readonly digest: Digest | undefined };

  /** `highestVersionFile`: where the highest version outlives the process; without it, only this process remembers. */
  constructor(path: string, officerPublicKey: string, highestVersionFile?: string) {
    this.#path = path;
    this.#officerPublicKey = officerPublicKey;
    this.#highestVersionFile = highestVersionFile;
    this.#highest = { version: remembered(highestVersionFile), digest: undefined };
  }

  /** The newest. Throws `trust-policy-invalid`, and `trust-policy-stale` where an older one, or a second of one version, was put in its place. */
  current(): TrustedPolicy {
    const known = this.#read;
    if (known && identityOf(statSync(this.#path, { bigint: true, throwIfNoEntry: false })) === known.identity)
      return known.trusted;
    const read = this.#open(this.#path);
    this.#accept(read.trusted);
    this.#read = read;
    return read.trusted;
  }

  /** The newest, or the one of the history that has this digest. */
  known(digest: Digest): TrustedPolicy | undefined {
    const current = this.current();
    if (current.digest === digest) return current;
    const cached = this.#superseded.get(digest);
    if (cached) return cached;
    for (const version of this.versions()) {
      const trusted = this.version(version);
      if (trusted) this.#superseded.set(trusted.digest, trusted);
      if (trusted?.digest === digest) return trusted;
    }
    return undefined;
  }

  /** Of the history, newest first. What is newer than the newest has never been in force. */
  versions(): number[] {
    const { version } = this.current().policy;
    return historyVersions(this.#path).filter((one) => one <= version);
  }

  /** Undefined where the history has no such version. Throws `trust-policy-invalid`. */
  version(version: number): TrustedPolicy | undefined {
    const path = historyFile(this.#path, version);
    if (!existsSync(path)) return undefined;
    const { trusted } = this.#open(path);
    return trusted.policy.version === version ? trusted : undefined;
  }

  #open(path: string): Read {
    const file = opened(path);
    try {
      const status = fstatSync(file, { bigint: true });
      if (!status.isFile() || status.size > MOST_BYTES) throw invalid(`${path} is no file of a trust policy.`);
      const trusted = openTrustPolicy(readFileSync(file, 'utf8'), this.#officerPublicKey);
      return { identity: identityOf(status) ?? '', trusted };
    } finally {
      closeSync(file);
    }
  }

  /** An old policy still bears the officer's signature; taking it back would re-admit whom a newer one put out. */
  #accept({ policy: { version }, digest }: TrustedPolicy): void {
    const highest = this.#highest;
    if (version < highest.version)
      throw stale(`The trust policy has version ${version}; version ${highest.version} was in force here already.`);
    if (version === highest.version && highest.digest !== undefined && highest.digest !== digest)
      throw stale(`There are two trust policies of version ${version}.`);
    if (version > highest.version && this.#highestVersionFile !== undefined)
      replaceFile(this.#highestVersionFile, `${version}\n`);
    this.#highest = { version, digest };
  }
}

/** Another file, other bytes, or the same bytes written again: none of them has the identity of the one that was read. */
function identityOf(status: BigIntStats | undefined): string | undefined {
  return status && [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs].join(' ');
}

function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    throw invalid(`${path} cannot be opened as a file of its own.`, cause);
  }
}

function remembered(path: string | undefined): number {
  if (path === undefined || !existsSync(path)) return 0;
  const version = Number(readFileSync(path, 'utf8').trim() || Number.NaN);
  if (Number.isSafeInteger(version) && version > 0) return version;
  throw stale(`${path} does not hold a version number.`);
}

function invalid(message: string, cause?: unknown): PrincipalError {
  return new PrincipalError('trust-policy-invalid', message, 'Restore the signed trust policy.', cause);
}

function stale(message: string): PrincipalError {
  return new PrincipalError(
    'trust-policy-stale',
    message,
    'Restore the newest trust policy that the security officer signed; the folder trust/history has every one.',
  );
}
