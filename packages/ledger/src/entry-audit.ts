import {
  digestOfBytes,
  DuovirError,
  keyIdOfEnvelope,
  keysOfPrincipal,
  type Digest,
  type Principal,
  type Statement,
  type VerificationKey,
} from '@duovir/protocol';
import type { TrustedPolicy } from '@duovir/principal';
import { checkSignature, readClaim, type Claim } from './claim.ts';
import { isRightScope } from './entry-scope.ts';
import { isKind, type Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';
import { SPEAKERS } from './speakers.ts';
import { TrustTimeline, type Term } from './trust-timeline.ts';

interface Speaker {
  readonly principal: Principal;
  readonly key: VerificationKey;
}

/** What one entry came to. */
export interface ReadEntry {
  /** Absent where the bytes are no statement. */
  readonly statement?: Statement;
  /** Absent where nobody enrolled has signed it. */
  readonly fact?: Fact;
  readonly findings: readonly Finding[];
}

/** Reads entries in order: bytes, schema, signature and speaker, each under the trust policy in force there. */
export class EntryAuditor {
  readonly #timeline: TrustTimeline;
  readonly #speakers = new Map<Digest, ReadonlyMap<string, Speaker>>();

  constructor(keys: KeyRing) {
    this.#timeline = new TrustTimeline(keys);
  }

  /** Which trust policy came into force where. */
  get terms(): readonly Term[] {
    return this.#timeline.terms;
  }

  read(index: number, bytes: Buffer): ReadEntry {
    const findings: Finding[] = [];
    let claim: Claim | undefined;
    let fact: Fact | undefined;
    try {
      claim = readClaim(bytes);
      fact = this.#judge(index, bytes, claim, findings);
    } catch (error) {
      if (!(error instanceof DuovirError)) throw error;
      findings.push({ entry: index, rule: String(error.code), consequence: error.message });
    }
    findings.push(...this.#timeline.takeFindings());
    return { ...(claim && { statement: claim.statement }), ...(fact && { fact }), findings };
  }

  #judge(index: number, bytes: Buffer, claim: Claim, findings: Finding[]): Fact | undefined {
    const { statement } = claim;
    const keyId = keyIdOfEnvelope(claim.envelope);
    const trusted = this.#timeline.at(index, statement);
    const speaker = this.#speakerOf(keyId, trusted, statement);
    // Revocation is by index: what was said before a key was taken back stays said, nothing is said with it afterwards.
    if (!speaker) {
      findings.push(findingAt({ index }, 'principal', `${keyId} is not enrolled at this index.`));
      return undefined;
    }
    checkSignature(claim, speaker.key);
    if (!SPEAKERS[statement.kind].includes(speaker.principal.role))
      findings.push(findingAt({ index }, 'role', `A ${speaker.principal.role} may not state a ${statement.kind}.`));
    if (!isRightScope(statement))
      findings.push(findingAt({ index }, 'entry-run', `A ${statement.kind} does not belong to ${statement.run}.`));
    const said = { index, digest: digestOfBytes(bytes), principal: speaker.principal, statement };
    const fact: Fact = { ...said, policy: trusted.policy, inForce: trusted };
    if (isKind(fact, 'log-start')) this.#timeline.start(index, fact.statement);
    if (isKind(fact, 'trust-policy')) this.#timeline.supersede(index, fact.statement);
    const { policy } = this.#timeline.judging(index, statement);
    return { ...fact, policy };
  }

  #speakerOf(keyId: string, trusted: TrustedPolicy, { kind }: Statement): Speaker | undefined {
    const before = kind.startsWith('principal-') ? this.#timeline.before() : undefined;
    return this.#speakersOf(trusted).get(keyId) ?? (before && this.#speakersOf(before).get(keyId));
  }

  #speakersOf({ policy, digest }: TrustedPolicy): ReadonlyMap<string, Speaker> {
    const known = this.#speakers.get(digest);
    if (known) return known;
    const speakers = new Map(
      policy.principals.flatMap((principal) =>
        [...keysOfPrincipal(principal)].map(([keyId, key]) => [keyId, { principal, key }] as const),
      ),
    );
    this.#speakers.set(digest, speakers);
    return speakers;
  }
}
