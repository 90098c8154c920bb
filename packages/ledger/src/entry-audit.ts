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
  type EntryKind,
  type Principal,
  type Role,
  type Statement,
  type VerificationKey,
} from '@duovir/protocol';
import type { TrustedPolicy } from '@duovir/principal';
import { isKind, type Fact } from './fact.ts';
import type { Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';

/** Who may say what (Invariant 2). */
const SPEAKERS: Readonly<Record<EntryKind, readonly Role[]>> = {
  'log-start': ['server'],
  'log-stop': ['server'],
  request: ['server'],
  plan: ['planner', 'healer'],
  'plan-refusal': ['planner'],
  clarification: ['planner'],
  'clarification-answer': ['server'],
  motion: ['server'],
  checks: ['server'],
  commitment: ['reviewer'],
  opinion: ['reviewer'],
  approval: ['person'],
  verdict: ['server'],
  permit: ['server'],
  refusal: ['runner'],
  receipt: ['runner'],
  attestation: ['attestor'],
  diagnosis: ['healer'],
  'model-question': ['planner', 'reviewer', 'healer'],
  egress: ['server'],
  'egress-end': ['server'],
  'model-stop': ['server'],
  'model-resume': ['server'],
  cancellation: ['server', 'person'],
  settlement: ['server'],
};

interface Speaker {
  readonly principal: Principal;
  readonly key: VerificationKey;
}

/** Reads entries in order and keeps track of which trust policy is in force. */
export class EntryAuditor {
  readonly facts: Fact[] = [];
  readonly findings: Finding[] = [];
  readonly #keys: KeyRing;
  readonly #speakers = new Map<Digest, ReadonlyMap<string, Speaker>>();
  #inForce: TrustedPolicy | undefined;

  constructor(keys: KeyRing) {
    this.#keys = keys;
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
    const trusted = this.#policyFor(index, claimed);
    const speaker = this.#speakersOf(trusted).get(keyId);
    if (!speaker) return this.#find(index, 'principal', `${keyId} is not enrolled at this index.`);
    const statement = parseStatement(openEnvelope(envelope, keyId, speaker.key));
    if (!SPEAKERS[statement.kind].includes(speaker.principal.role))
      this.#find(index, 'role', `A ${speaker.principal.role} may not state a ${statement.kind}.`);
    const fact: Fact = {
      index,
      digest: digestOfBytes(bytes),
      principal: speaker.principal,
      statement,
      policy: trusted.policy,
    };
    if (isKind(fact, 'log-start')) this.#start(fact);
    this.#checkPolicy(fact);
    return fact;
  }

  /** A log-start is judged by the policy that it puts in force, everything else by the one that is. */
  #policyFor(index: number, { kind, predicate }: Statement): TrustedPolicy {
    if (kind === 'log-start' && 'trustPolicy' in predicate)
      return this.#keys.policies.get(predicate.trustPolicy) ?? this.#keys.newest;
    if (!this.#inForce) this.#find(index, 'log-start', 'No trust policy is in force: the log was not started.');
    return this.#inForce ?? this.#keys.newest;
  }

  #start({ index, statement }: Fact<'log-start'>): void {
    const next = this.#keys.policies.get(statement.predicate.trustPolicy);
    if (next && this.#inForce && next.policy.version < this.#inForce.policy.version)
      this.#find(index, 'policy-downgrade', 'An older trust policy was put in force again.');
    this.#inForce = next;
  }

  #checkPolicy({ index, statement: { predicate } }: Fact): void {
    if ('trustPolicy' in predicate && predicate.trustPolicy !== this.#inForce?.digest)
      this.#find(index, 'policy-in-force', 'The entry refers to a trust policy that is not in force here.');
  }

  #speakersOf({ policy, digest }: TrustedPolicy): ReadonlyMap<string, Speaker> {
    const known = this.#speakers.get(digest);
    if (known) return known;
    const speakers = new Map<string, Speaker>();
    for (const principal of policy.principals)
      for (const [keyId, key] of keysOfPrincipal(principal)) speakers.set(keyId, { principal, key });
    this.#speakers.set(digest, speakers);
    return speakers;
  }

  #find(entry: number, rule: string, consequence: string): undefined {
    this.findings.push({ entry, rule, consequence });
  }
}
