import {
  digestOfBytes,
  DuovirError,
  keyIdOfEnvelope,
  keysOfPrincipal,
  openEnvelope,
  parseCanonicalJson,
  parseEnvelope,
  parseStatement,
  type Digest,
  type Principal,
  type Statement,
  type VerificationKey,
} from '@duovir/protocol';
import type { TrustedPolicy } from '@duovir/principal';
import { isKind, type Fact } from './fact.ts';
import type { Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';
import { SPEAKERS } from './speakers.ts';
import { TrustTimeline } from './trust-timeline.ts';

interface Speaker {
  readonly principal: Principal;
  readonly key: VerificationKey;
}

/** Reads entries in order: bytes, schema, signature and speaker, each under the trust policy in force there. */
export class EntryAuditor {
  readonly facts: Fact[] = [];
  readonly #findings: Finding[] = [];
  readonly #timeline: TrustTimeline;
  readonly #speakers = new Map<Digest, ReadonlyMap<string, Speaker>>();

  constructor(keys: KeyRing) {
    this.#timeline = new TrustTimeline(keys);
  }

  get findings(): readonly Finding[] {
    return [...this.#findings, ...this.#timeline.findings];
  }

  read(index: number, bytes: Buffer): void {
    try {
      const fact = this.#open(index, bytes);
      if (fact) this.facts.push(fact);
    } catch (error) {
      if (!(error instanceof DuovirError)) throw error;
      this.#find(index, String(error.code), error.message);
    }
  }

  #open(index: number, bytes: Buffer): Fact | undefined {
    // Refuses every text that is not its own canonical form, so one statement has one entry.
    const envelope = parseEnvelope(bytes);
    const keyId = keyIdOfEnvelope(envelope);
    const claimed = parseStatement(parseCanonicalJson(Buffer.from(envelope.payload, 'base64').toString('utf8')));
    const trusted = this.#timeline.at(index, claimed);
    const speaker = this.#speakerOf(keyId, trusted, claimed);
    // Revocation is by index: what was said before a key was taken back stays said, nothing is said with it afterwards.
    if (!speaker) return this.#find(index, 'principal', `${keyId} is not enrolled at this index.`);
    const statement = parseStatement(openEnvelope(envelope, keyId, speaker.key));
    if (!SPEAKERS[statement.kind].includes(speaker.principal.role))
      this.#find(index, 'role', `A ${speaker.principal.role} may not state a ${statement.kind}.`);
    const said = { index, digest: digestOfBytes(bytes), principal: speaker.principal, statement };
    const fact: Fact = { ...said, policy: trusted.policy, inForce: trusted };
    if (isKind(fact, 'log-start')) this.#timeline.start(index, fact.statement);
    if (isKind(fact, 'trust-policy')) this.#timeline.supersede(index, fact.statement);
    return { ...fact, policy: this.#timeline.judging(index, statement).policy };
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

  #find(entry: number, rule: string, consequence: string): undefined {
    this.#findings.push({ entry, rule, consequence });
  }
}
