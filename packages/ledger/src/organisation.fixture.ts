import { signTrustPolicy } from '@duovir/principal';
import {
  ADVERSARY,
  keyIdOf,
  parseEnvelope,
  signStatement,
  trustPolicyDigest,
  withoutLogin,
  withoutModels,
  type Digest,
  type EntryKind,
  type Envelope,
  type Predicate,
  type Principal,
  type QuorumRule,
  type TrustPolicy,
} from '@duovir/protocol';
import { makeKey, makeNoteKey, type TestKey } from './keys.fixture.ts';
import type { PublishedKeys } from './keys-file.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';

export const TIME = '2026-05-04T03:02:01.000Z';
/** For a minute the decisions of a policy may be carried out when another one has taken its place. */
export const DECIDED_UNTIL = '2026-05-04T03:03:01.000Z';
export const RUN = 'run-aaaabbbbccccddddeeee';
export const OTHER_RUN = 'run-ffffgggghhhhiiiijjjj';

const RULE: QuorumRule = {
  reviewers: 2,
  approvals: 2,
  groups: 2,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 60,
  permitSeconds: 600,
};

const ROLES = {
  server: 'server',
  planner: 'planner',
  'reviewer-security': 'reviewer',
  'reviewer-reliability': 'reviewer',
  'reviewer-adversary': 'reviewer',
  healer: 'healer',
  runner: 'runner',
  attestor: 'attestor',
  ana: 'person',
  boris: 'person',
  vera: 'person',
} as const;
export type Name = keyof typeof ROLES;

/** A small organisation: all keys of it, as only a test may have them. */
export class Organisation {
  readonly keys = new Map<string, TestKey>();
  readonly log = logNoteSigner(makeNoteKey('log.example/acme'));
  readonly witness = witnessNoteSigner(makeNoteKey('witness.example/w1'));
  readonly officer = makeKey('officer');
  readonly policy: TrustPolicy;
  /** All that the officer has signed. */
  readonly policies: TrustPolicy[];

  constructor(version = 1, adapt: (policy: TrustPolicy) => TrustPolicy = (policy) => policy) {
    this.policy = adapt({
      apiVersion: 'duovir/v1',
      kind: 'TrustPolicy',
      organisation: 'Acme',
      version,
      issuedAt: TIME,
      log: { origin: this.log.name, vkey: this.log.vkey },
      witnesses: { quorum: 1, vkeys: [this.witness.vkey] },
      principals: Object.entries(ROLES).map(([name, role]) => this.enrol(name, role)),
      quorum: {
        R0: { ...RULE, reviewers: 0, approvals: 0, groups: 0 },
        R1: RULE,
        R2: RULE,
        R3: { ...RULE, adversary: true, veto: 'critical', people: 1, cardholderPeople: 2 },
      },
      envelopes: [],
      heals: { perStep: 2, perRun: 4 },
      ...withoutLogin,
      ...withoutModels,
      breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R3'] },
    });
    this.policies = [this.policy];
  }

  get policyDigest(): Digest {
    return trustPolicyDigest(this.policy);
  }

  /** With a fresh key. */
  enrol(name: string, role: Principal['role']): Principal {
    const key = makeKey(name);
    this.keys.set(name, key);
    const mandate = name === 'reviewer-adversary' ? { mandate: ADVERSARY } : {};
    return { name, role, publicKey: key.publicKey.toString('base64'), group: name, ...mandate };
  }

  keyId(name: string): string {
    const key = this.keys.get(name);
    if (!key) throw new Error(`nobody is called ${name}`);
    return keyIdOf(name, key.publicKey);
  }

  /** What takes the place of the newest policy. */
  supersede(change: Partial<TrustPolicy>): TrustPolicy {
    const last = this.policies.at(-1) ?? this.policy;
    const supersedes = { digest: trustPolicyDigest(last), decidedUntil: DECIDED_UNTIL };
    const next: TrustPolicy = { ...last, version: last.version + 1, supersedes, ...change };
    this.policies.push(next);
    return next;
  }

  async signed(policy: TrustPolicy): Promise<Envelope> {
    return parseEnvelope(Buffer.from(await signTrustPolicy(this.officer.signer, policy)));
  }

  async published(): Promise<PublishedKeys> {
    const trustPolicies = await Promise.all(this.policies.map((policy) => this.signed(policy)));
    return { officer: this.officer.publicKey.toString('base64'), trustPolicies, restores: [] };
  }

  async say<Kind extends EntryKind>(
    name: Name,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
    { run = RUN, time = TIME }: { readonly run?: string; readonly time?: string } = {},
  ): Promise<Envelope> {
    const key = this.keys.get(name);
    if (!key) throw new Error(`nobody is called ${name}`);
    return signStatement(key.signer, { kind, run, time, subject, predicate });
  }
}
