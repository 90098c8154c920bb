import type { TrustedPolicy } from '@duovir/principal';
import type { Digest, EntryKind, Statement } from '@duovir/protocol';
import type { Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';

/**
 * What may still name a policy that was in force when it began: words on their way while the policy changed, and what was
 * decided before. What comes of them is for the rules about verdicts and permits.
 */
const BEGUN_BEFORE: readonly EntryKind[] = ['intent', 'motion', 'opinion', 'approval', 'verdict', 'permit'];

/** From one entry on one trust policy is in force. */
export interface Term {
  readonly from: number;
  readonly policy: Digest;
  /** The log was started here, with the log key that this policy names; else the policy changed while it ran. */
  readonly isStart: boolean;
}

/** Which trust policy is in force at which entry: the log says so itself, the officer's signature makes it true. */
export class TrustTimeline {
  readonly terms: Term[] = [];
  readonly #findings: Finding[] = [];
  readonly #keys: KeyRing;
  readonly #past = new Set<Digest>();
  #inForce: TrustedPolicy | undefined;
  #before: TrustedPolicy | undefined;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** What was found since the last call. */
  takeFindings(): readonly Finding[] {
    return this.#findings.splice(0);
  }

  /** In force at an entry. A start is judged by the policy that it puts in force. */
  at(index: number, { kind, predicate }: Statement): TrustedPolicy {
    if (kind === 'log-start' && 'trustPolicy' in predicate)
      return this.#keys.policies.get(predicate.trustPolicy) ?? this.#keys.newest;
    if (!this.#inForce) this.#find(index, 'log-start', 'No trust policy is in force: the log was not started.');
    return this.#inForce ?? this.#keys.newest;
  }

  /** The one that was in force until the last change: the server that tells of it may be among those whose keys changed. */
  before(): TrustedPolicy | undefined {
    return this.#before;
  }

  /** By which policy a statement is to be judged: the one it names, where it may. */
  judging(index: number, { kind, predicate }: Statement): TrustedPolicy {
    const inForce = this.#inForce ?? this.#keys.newest;
    if (kind === 'log-start' || !('trustPolicy' in predicate) || predicate.trustPolicy === inForce.digest)
      return inForce;
    const named = this.#keys.policies.get(predicate.trustPolicy);
    if (named && this.#past.has(named.digest) && BEGUN_BEFORE.includes(kind)) return named;
    this.#find(index, 'policy-in-force', 'The entry refers to a trust policy that is not in force here.');
    return inForce;
  }

  start(index: number, { predicate }: Statement<'log-start'>): void {
    this.#switchTo(index, predicate.trustPolicy, true);
  }

  supersede(index: number, { subject, predicate }: Statement<'trust-policy'>): void {
    const { version, previous, signature } = predicate;
    const next = this.#keys.policies.get(subject);
    if (next && (next.policy.version !== version || this.#keys.signatures.get(subject) !== signature))
      this.#find(
        index,
        'policy-signature',
        'Version or signature are not those of the policy that the officer signed.',
      );
    if (previous !== (this.#inForce?.digest ?? null))
      this.#find(index, 'policy-chain', 'The trust policy takes the place of another one than was in force.');
    this.#switchTo(index, subject, false);
  }

  #switchTo(index: number, digest: Digest, isStart: boolean): void {
    const next = this.#keys.policies.get(digest);
    const last = this.#inForce;
    if (!next) return this.#find(index, 'policy-unknown', 'The officer has signed no such trust policy.');
    this.terms.push({ from: index, policy: digest, isStart });
    if (last?.digest === digest) return;
    if (last) {
      const { version, supersedes } = next.policy;
      if (version <= last.policy.version)
        this.#find(index, 'policy-downgrade', 'An older trust policy was put in force again.');
      else if (supersedes?.digest !== last.digest)
        this.#find(index, 'policy-chain', 'The officer signed this policy to take the place of another one.');
      this.#past.add(last.digest);
      this.#before = last;
    }
    this.#inForce = next;
  }

  #find(entry: number, rule: string, consequence: string): void {
    this.#findings.push({ entry, rule, consequence });
  }
}
