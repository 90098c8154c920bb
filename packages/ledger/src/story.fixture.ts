import { signTrustPolicy } from '@duovir/principal';
import {
  digestOfBytes,
  envelopeBytes,
  envelopeDigest,
  parseEnvelope,
  signStatement,
  trustPolicyDigest,
  type Digest,
  type EntryKind,
  type Envelope,
  type Predicate,
  type Principal,
  type QuorumRule,
  type TrustPolicy,
  withoutModels,
} from '@duovir/protocol';
import { formatCheckpoint } from './checkpoint.ts';
import { Frontier } from './frontier.ts';
import { makeKey, makeNoteKey, type TestKey } from './keys.fixture.ts';
import type { PublishedKeys } from './keys-file.ts';
import { leafHash } from './merkle.ts';
import { logNoteSigner, witnessNoteSigner } from './note-signer.ts';
import type { PublishedLog } from './publish.ts';
import { tilesInMemory } from './tree.fixture.ts';

const TIME = '2026-05-04T03:02:01.000Z';
const RULE: QuorumRule = { approvals: 2, groups: 2, people: 0, peopleTimeoutSeconds: 60, permitSeconds: 600 };
export const RUN = 'run-aaaabbbbccccddddeeee';
const salted = (text: string): Digest => digestOfBytes(text);
const byRules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;

const ROLES = {
  server: 'server',
  planner: 'planner',
  'reviewer-security': 'reviewer',
  'reviewer-reliability': 'reviewer',
  healer: 'healer',
  runner: 'runner',
  attestor: 'attestor',
  ana: 'person',
} as const;
export type Name = keyof typeof ROLES;

/** A small organisation: all keys of it, as only a test may have them. */
export class Organisation {
  readonly keys = new Map<string, TestKey>();
  readonly log = logNoteSigner(makeNoteKey('log.example/acme'));
  readonly witness = witnessNoteSigner(makeNoteKey('witness.example/w1'));
  readonly officer = makeKey('officer');
  readonly policy: TrustPolicy;

  constructor(version = 1, adapt: (policy: TrustPolicy) => TrustPolicy = (policy) => policy) {
    const principals: Principal[] = Object.entries(ROLES).map(([name, role]) => {
      const key = makeKey(name);
      this.keys.set(name, key);
      return { name, role, publicKey: key.publicKey.toString('base64'), group: name };
    });
    this.policy = adapt({
      apiVersion: 'duovir/v1',
      kind: 'TrustPolicy',
      organisation: 'Acme',
      version,
      issuedAt: TIME,
      log: { origin: this.log.name, vkey: this.log.vkey },
      witnesses: { quorum: 1, vkeys: [this.witness.vkey] },
      principals,
      quorum: { R0: { ...RULE, approvals: 0, groups: 0 }, R1: RULE, R2: RULE, R3: { ...RULE, people: 1 } },
      envelopes: [],
      heals: { perStep: 2, perRun: 4 },
      ...withoutModels,
    });
  }

  get policyDigest(): Digest {
    return trustPolicyDigest(this.policy);
  }

  async published(): Promise<PublishedKeys> {
    const envelope = parseEnvelope(Buffer.from(await signTrustPolicy(this.officer.signer, this.policy)));
    return { officer: this.officer.publicKey.toString('base64'), trustPolicies: [envelope] };
  }

  async say<Kind extends EntryKind>(
    name: Name,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
    run = RUN,
  ): Promise<Envelope> {
    const key = this.keys.get(name);
    if (!key) throw new Error(`nobody is called ${name}`);
    return signStatement(key.signer, { kind, run, time: TIME, subject, predicate });
  }
}

interface Change {
  readonly plan?: Partial<Predicate<'plan'>>;
  readonly settlement?: Partial<Predicate<'settlement'>>;
}

/** The entries of one run that went well, by name, in order. */
export async function soundRun(acme: Organisation, change: Change = {}): Promise<Map<string, Envelope>> {
  const trustPolicy = acme.policyDigest;
  const [request, plan, bytes, evidence] = [salted('request'), salted('plan'), salted('bytes'), salted('evidence')];
  const commitment = salted('commitment');
  const story = new Map<string, Envelope>();
  story.set('start', await acme.say('server', 'log-start', trustPolicy, { trustPolicy }, 'duovir'));
  story.set('request', await acme.say('server', 'request', request, { requester: 'ana', commitment }));
  const authored = { revision: 1, pack: 'base', playbook: 'x', commitment };
  story.set('plan', await acme.say('planner', 'plan', plan, { ...authored, ...byRules, ...change.plan }));
  const motion = {
    kind: 'plan',
    revision: 1,
    riskClass: 'R1',
    reasons: [],
    trustPolicy,
    evidence,
    envelope: null,
  } as const;
  story.set('motion', await acme.say('server', 'motion', plan, { ...motion, reasons: [] }));
  story.set('checks', await acme.say('server', 'checks', plan, { passed: true, findings: [], commitment }));
  const reviewers = ['reviewer-security', 'reviewer-reliability'] as const;
  for (const name of reviewers)
    story.set(`commitment ${name}`, await acme.say(name, 'commitment', plan, { round: 1, commitment: salted(name) }));
  for (const name of reviewers) {
    const opinion = {
      round: 1,
      verdict: 'approve',
      evidence,
      trustPolicy,
      mandate: 'all',
      commitment,
    } as const;
    story.set(`opinion ${name}`, await acme.say(name, 'opinion', plan, { ...opinion, ...byRules, findings: [] }));
  }
  const opinions = reviewers.map((name) => envelopeDigest(story.get(`opinion ${name}`)!));
  const carried = {
    verdict: 'carried',
    riskClass: 'R1',
    reason: 'quorum.met',
    opinions,
    approvals: [],
    trustPolicy,
  } as const;
  story.set('verdict', await acme.say('server', 'verdict', plan, { ...carried, approvals: [] }));
  const work = { permit: 'permit-1', step: 'open', purpose: 'apply', attempt: 1, fence: 1 } as const;
  const permit = { ...work, motion: plan, verdict: envelopeDigest(story.get('verdict')!), trustPolicy };
  story.set(
    'permit',
    await acme.say('server', 'permit', bytes, { ...permit, issuedAt: TIME, expiresAt: '2026-05-04T03:12:01.000Z' }),
  );
  const done = { outcome: 'succeeded', cause: 'exit', exit: 0, stdout: commitment, stderr: commitment } as const;
  story.set(
    'receipt',
    await acme.say('runner', 'receipt', bytes, { ...work, ...done, startedAt: TIME, endedAt: TIME }),
  );
  const settled = { outcome: 'succeeded', reason: 'goal.met', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;
  story.set('settlement', await acme.say('server', 'settlement', request, { ...settled, ...change.settlement }));
  return story;
}

/** A log of any entries whatsoever, signed and witnessed as whoever holds those keys could: honest or not. */
export async function writeLog(
  acme: Organisation,
  entries: readonly Envelope[],
  sizes: readonly number[] = [],
): Promise<PublishedLog> {
  const bodies = entries.map(envelopeBytes);
  const leaves = bodies.map((body) => leafHash(body));
  const cosigned = async (size: number): Promise<{ size: number; note: string }> => {
    const frontier = new Frontier();
    for (const leaf of leaves.slice(0, size)) frontier.append(leaf);
    const text = formatCheckpoint({ origin: acme.log.name, size, root: frontier.root() });
    return { size, note: `${text}\n${await acme.log.signLine(text)}${await acme.witness.signLine(text)}` };
  };
  return {
    tile: (level, index, width) => tilesInMemory(leaves).tile(level, index, width),
    cosignedCheckpoint: () => cosigned(entries.length),
    cosignedHistory: () => Promise.all(sizes.map(cosigned)),
    entries: ({ from, limit }) =>
      Promise.resolve(bodies.slice(from, from + limit).map((body, at) => ({ index: from + at, body }))),
  };
}
