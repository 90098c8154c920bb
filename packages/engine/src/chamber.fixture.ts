import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import {
  canonicalJson,
  commitTo,
  digestOf,
  DuovirError,
  keyIdOf,
  planDigest,
  planSchema,
  rawPublicKey,
  signStatement,
  trustPolicyDigest,
  trustPolicySchema,
  withoutLogin,
  withoutModels,
  type AcceptedRequest,
  type AttestAnswer,
  type AttestRequest,
  type Digest,
  type Envelope,
  type Evidence,
  type FindingDetail,
  type Plan,
  type Principal,
  type QuorumRule,
  type Rebuttal,
  type RebuttalAnswer,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';
import type { Context } from './context.ts';
import type { FrozenMotion } from './motion.ts';
import { PlanShelf } from './plan-shelf.ts';
import type { Ports } from './ports.ts';
import { StageClock } from './stage-clock.ts';
import type { Said } from './stages/reveal.ts';

export const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';
const time = '2026-01-01T00:00:00.000Z';
const rule: QuorumRule = {
  reviewers: 1,
  approvals: 1,
  groups: 1,
  adversary: false,
  veto: 'critical',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 3600,
  permitSeconds: 900,
};

class Taken extends DuovirError<'entry-conflict'> {
  constructor(key: string) {
    super('entry-conflict', `${key} is taken.`, { consequence: 'refuse', remedy: '' });
  }
}

/** One stage of a debate with real signatures: the ledger is a list, and whoever is asked answers as the test says. */
export class Chamber {
  readonly plan: Plan;
  readonly request: AcceptedRequest;
  readonly ledger: { readonly key: string; readonly envelope: Envelope }[] = [];
  readonly events: string[] = [];
  readonly approvals: Envelope[] = [];
  rebuttal: () => Promise<RebuttalAnswer> = () => Promise.reject(new Error('nobody has been asked'));
  attest: (request: AttestRequest) => Promise<AttestAnswer> = () => Promise.reject(new Error('nobody looks'));
  readonly #documents = new Map<Digest, unknown>();
  readonly #keys = new Map<string, KeyObject>();
  #policy: TrustPolicy;

  constructor(path = '/workspace/folder') {
    this.plan = planSchema.parse({
      apiVersion: 'duovir/v1',
      kind: 'Plan',
      run: RUN,
      revision: 1,
      salt: '0'.repeat(32),
      goal: { statement: 'Make a folder', successCriteria: [probe('there')] },
      source: { pack: 'test', playbook: 'folder', version: '1.0.0', digest: digestOf('folder'), inputs: {} },
      target: { kind: 'sandbox', id: RUN },
      environment: 'development',
      dataClass: 'internal',
      steps: [
        {
          id: 'folder',
          title: 'Make the folder',
          call: { action: 'directory.make@1', with: { path } },
          verify: [],
          compensate: { kind: 'none', reason: 'the sandbox goes' },
        },
      ],
    });
    this.request = {
      run: RUN,
      requester: 'ana',
      acceptedAt: time,
      request: {
        goal: this.plan.goal.statement,
        target: 'sandbox',
        inputs: {},
        environment: 'development',
        dataClass: 'internal',
        occupiedPorts: [],
      },
    };
    this.#policy = trustPolicySchema.parse({
      apiVersion: 'duovir/v1',
      kind: 'TrustPolicy',
      organisation: 'Example',
      version: 1,
      issuedAt: time,
      log: { origin: 'log.example', vkey: 'log.example+00000000+AA==' },
      witnesses: { quorum: 1, vkeys: ['witness.example+00000000+AA=='] },
      principals: [
        this.#enrol('server', 'server'),
        this.#enrol('planner', 'planner'),
        this.#enrol('reviewer', 'reviewer'),
        this.#enrol('ana', 'person'),
        this.#enrol('boris', 'person'),
        this.#enrol('vera', 'person'),
      ],
      quorum: { R0: rule, R1: rule, R2: { ...rule, people: 1 } },
      envelopes: [],
      heals: { perStep: 0, perRun: 0 },
      ...withoutModels,
      ...withoutLogin,
    });
  }

  /** Another trust policy is in force from here on. */
  supersede(change: (policy: TrustPolicy) => Partial<TrustPolicy>): void {
    this.#policy = { ...this.#policy, version: this.#policy.version + 1, ...change(this.#policy) };
  }

  signer(principal: string): Signer {
    const key = this.#keys.get(principal);
    const enrolled = this.#policy.principals.find(({ name }) => name === principal);
    if (!key || !enrolled) throw new RangeError(`${principal} is nobody here`);
    const keyId = keyIdOf(principal, Buffer.from(enrolled.publicKey, 'base64'));
    return { principal, keyId, sign: async (bytes) => sign(null, bytes, key) };
  }

  get trustPolicy(): Digest {
    return trustPolicyDigest(this.#policy);
  }

  context(): Context {
    const documents: Ports['documents'] = {
      put: async (_run, _role, value, salt) => {
        this.#documents.set(digestOf(value), value);
        return { digest: digestOf(value), commitment: commitTo(salt, canonicalJson(value)) };
      },
      get: async (digest) => this.#documents.get(digest),
    };
    const current = (): { policy: TrustPolicy; digest: Digest } => ({
      policy: this.#policy,
      digest: this.trustPolicy,
    });
    const ports = {
      planner: { rebut: () => this.rebuttal() },
      attestor: { attest: (request: AttestRequest) => this.attest(request) },
      runner: { sandbox: async () => ({ run: RUN, generation: 1, pid: 1, startTime: '1' }) },
      documents,
      ledger: {
        append: async (entries: { key: string; envelope: Envelope }[]) => entries.map((entry) => this.#append(entry)),
        find: async (key: string) => {
          const index = this.ledger.findIndex((entry) => entry.key === key);
          return index < 0 ? undefined : { index, envelope: this.ledger[index]?.envelope };
        },
      },
      events: { publish: async (_run: string, key: string) => void this.events.push(key) },
      runs: {
        approvals: async () => this.approvals,
        cancelled: async () => false,
        accepted: async () => this.request,
        intent: async () => null,
        recordMotion: async () => undefined,
        recordVerdict: async () => undefined,
        setState: async () => undefined,
      },
      trust: { current, known: (digest: Digest) => (digest === this.trustPolicy ? current() : undefined) },
      emergency: { breakGlass: async () => null },
      clock: { now: () => new Date(time) },
      random: { hex: (bytes: number) => randomBytes(bytes).toString('hex') },
      signer: this.signer('server'),
    } as unknown as Ports;
    const plans = new PlanShelf(documents);
    plans.keep(planDigest(this.plan), this.plan);
    return { ports, plans, stages: new StageClock() };
  }

  /** The plan as a motion, and what its one reviewer has found against it. */
  async motion(context: Context, riskClass: FrozenMotion['riskClass'] = 'R1'): Promise<FrozenMotion> {
    const evidence: Evidence = {
      request: this.request,
      riskClass,
      reasons: [],
      checks: [],
      diff: null,
      dryRun: [],
      state: null,
      heal: null,
    };
    const digest = planDigest(this.plan);
    const stored = await context.ports.documents.put(RUN, 'evidence', evidence, '0'.repeat(64));
    const statement = await signStatement(this.signer('planner'), {
      kind: 'plan',
      run: RUN,
      time,
      subject: digest,
      predicate: {
        revision: 1,
        pack: 'test',
        playbook: 'folder',
        commitment: digest,
        brain: 'playbook',
        tokens: 0,
        calls: [],
      },
    });
    return {
      kind: 'plan',
      digest,
      revision: 1,
      proposer: 'planner',
      statement,
      heal: null,
      previous: null,
      riskClass,
      trustPolicy: this.trustPolicy,
      evidence: stored.digest,
      state: null,
      opening: 0,
      frozen: statement,
      steps: [],
    };
  }

  async said(context: Context, motion: FrozenMotion, findings: readonly FindingDetail[]): Promise<Said> {
    const detail = { rationale: 'Because.', findings: [...findings] };
    const salt = '1'.repeat(64);
    const stored = await context.ports.documents.put(RUN, 'opinion', detail, salt);
    const opinion = await signStatement(this.signer('reviewer'), {
      kind: 'opinion',
      run: RUN,
      time,
      subject: motion.digest,
      predicate: {
        round: 1,
        phase: 'blind',
        verdict: 'approve',
        abstention: null,
        changedFrom: null,
        because: [],
        findings: findings.map(({ id, rule: found, severity, step, evidence }) => ({
          id,
          rule: found,
          severity,
          step,
          evidenced: evidence.length > 0,
        })),
        shown: motion.evidence,
        evidence: motion.evidence,
        trustPolicy: motion.trustPolicy,
        mandate: 'security',
        commitment: stored.commitment,
        brain: 'playbook',
        tokens: 0,
        calls: [],
      },
    });
    return { reviewer: 'reviewer', verdict: 'approve', opinion, detail: stored.digest, salt };
  }

  async rebut(
    motion: FrozenMotion,
    answers: readonly Rebuttal[],
    signed: readonly Rebuttal[] = answers,
  ): Promise<RebuttalAnswer> {
    const detail = { answers: [...answers] };
    const salt = '2'.repeat(64);
    const envelope = await signStatement(this.signer('planner'), {
      kind: 'rebuttal',
      run: RUN,
      time,
      subject: motion.digest,
      predicate: {
        round: 1,
        answers: signed.map(({ finding, kind, evidence }) => ({ finding, kind, evidence: [...evidence] })),
        commitment: commitTo(salt, canonicalJson(detail)),
        brain: 'playbook',
        tokens: 0,
        calls: [],
      },
    });
    return { envelope, detail, salt };
  }

  async approve(person: string, motion: FrozenMotion): Promise<void> {
    this.approvals.push(
      await signStatement(this.signer(person), {
        kind: 'approval',
        run: RUN,
        time,
        subject: motion.digest,
        predicate: { verdict: 'approve', trustPolicy: motion.trustPolicy },
      }),
    );
  }

  /** Each key once: another statement under it is refused, as the ledger refuses it. */
  #append(entry: { readonly key: string; readonly envelope: Envelope }): number {
    const taken = this.ledger.findIndex(({ key }) => key === entry.key);
    if (taken < 0) return this.ledger.push(entry) - 1;
    if (canonicalJson(this.ledger[taken]?.envelope) === canonicalJson(entry.envelope)) return taken;
    throw new Taken(entry.key);
  }

  #enrol(name: string, role: Principal['role']): Principal {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#keys.set(name, privateKey);
    return { name, role, group: name, publicKey: rawPublicKey(publicKey).toString('base64') };
  }
}

function probe(id: string): unknown {
  return { id, action: 'file.probe@1', with: { path: '/workspace/folder' }, expect: { exists: true } };
}
