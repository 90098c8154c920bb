import {
  digestOf,
  envelopeDigest,
  executionDigest,
  planDigest,
  planSchema,
  type Digest,
  type Envelope,
  type Plan,
} from '@duovir/protocol';
import type { TestApi } from '../api/api.fixture.ts';
import { HealedRun } from './healed-run.fixture.ts';

const nothing = digestOf('nothing');
const rules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
const TIME = '2026-01-01T00:00:00.000Z';

export interface WrittenFile {
  readonly id: string;
  readonly path: string;
  readonly content: string;
}

interface Told {
  readonly envelope: Envelope;
  readonly entry: number;
}

/** A run that writes files, told by its principals into a real ledger as the engine would. */
export class ToldRun {
  readonly #server: TestApi;
  readonly #run: HealedRun;
  #attempts = 0;

  constructor(server: TestApi) {
    this.#server = server;
    this.#run = new HealedRun(server);
  }

  get id(): string {
    return this.#run.id;
  }

  plan(files: readonly WrittenFile[], revision = 1): Plan {
    const probe = { id: 'there', action: 'file.probe@1', with: { path: '/workspace' }, expect: { exists: true } };
    return planSchema.parse({
      apiVersion: 'duovir/v1',
      kind: 'Plan',
      run: this.id,
      revision,
      salt: '5'.repeat(32),
      goal: { statement: 'Write it down', successCriteria: [probe] },
      source: { pack: 'core', playbook: 'files', version: '1', digest: nothing, inputs: {} },
      target: { kind: 'sandbox', id: this.id },
      environment: 'development',
      dataClass: 'internal',
      steps: files.map(({ id, path, content }) => ({
        id,
        title: `Write ${path}`,
        call: { action: 'file.write@1', with: { path, content } },
        verify: [probe],
        compensate: { kind: 'action', call: { action: 'path.remove@1', with: { path } } },
      })),
    });
  }

  async request(): Promise<void> {
    const { api } = this.#server;
    const request = {
      goal: 'Write it down',
      target: 'sandbox',
      inputs: {},
      environment: 'development',
      dataClass: 'internal',
      occupiedPorts: [],
    } as const;
    const accepted = { run: this.id, requester: 'ann', acceptedAt: TIME, request: { ...request, occupiedPorts: [] } };
    await api.runs.accept(accepted);
    await this.#run.say('server', 'request', digestOf(accepted), {
      requester: 'ann',
      commitment: nothing,
      intent: null,
    });
  }

  /** Puts the plan to the vote; the reviewer votes blind and, where it changes its mind, once more. */
  async vote(plan: Plan, votes: readonly ('approve' | 'reject')[]): Promise<Told> {
    const { api } = this.#server;
    const motion = planDigest(plan);
    const trustPolicy = api.trust.current().digest;
    const { revision } = plan;
    const { commitment } = await api.documents.put(this.id, 'plan', plan, '0'.repeat(64));
    await this.#run.say('planner', 'plan', motion, {
      revision,
      pack: 'core',
      playbook: 'files',
      commitment,
      ...rules,
    });
    await this.#run.say('server', 'motion', motion, {
      kind: 'plan',
      revision,
      riskClass: 'R1',
      reasons: [],
      trustPolicy,
      evidence: nothing,
      envelope: null,
      previous: null,
      state: null,
    });
    await api.runs.recordMotion({ run: this.id, digest: motion, kind: 'plan', revision, riskClass: 'R1', reasons: [] });
    const opinions: Told[] = [];
    for (const [at, verdict] of votes.entries())
      opinions.push(
        await this.#run.say('reviewer-security', 'opinion', motion, {
          round: at + 1,
          phase: at === 0 ? 'blind' : 'second',
          verdict,
          findings: [],
          abstention: null,
          changedFrom: at === 0 || votes[at - 1] === verdict ? null : (votes[at - 1] ?? null),
          because: at === 0 ? [] : ['/steps/0/title'],
          shown: nothing,
          evidence: nothing,
          trustPolicy,
          mandate: 'security',
          commitment: nothing,
          ...rules,
        }),
      );
    const carried = votes.at(-1) === 'approve';
    return this.#run.say('server', 'verdict', motion, {
      verdict: carried ? 'carried' : 'rejected',
      riskClass: 'R1',
      reason: carried ? 'quorum.reached' : 'quorum.missed',
      opinions: opinions.map(({ envelope }) => envelopeDigest(envelope)),
      approvals: [],
      breakGlass: [],
      counted: { reviewers: 1, approvals: carried ? 1 : 0, groups: 1, people: 0 },
      trustPolicy,
    });
  }

  /** Permit and receipt; for what is applied an attestation, too. Returns the index of the last. */
  async carryOut(plan: Plan, verdict: Told, step: string, purpose: 'apply' | 'compensate' = 'apply'): Promise<number> {
    const motion = planDigest(plan);
    const subject: Digest = executionDigest(plan, step, purpose) ?? nothing;
    this.#attempts += 1;
    const attempt = this.#attempts;
    const common = { permit: `permit-${this.id.slice(4)}-${attempt}`, step, purpose, attempt, fence: 1 } as const;
    await this.#run.say('server', 'permit', subject, {
      ...common,
      motion,
      verdict: envelopeDigest(verdict.envelope),
      trustPolicy: this.#server.api.trust.current().digest,
      issuedAt: TIME,
      expiresAt: TIME,
    });
    const receipt = await this.#run.say('runner', 'receipt', subject, {
      ...common,
      outcome: 'succeeded',
      cause: 'exit',
      exit: 0,
      stdout: nothing,
      stderr: nothing,
      startedAt: TIME,
      endedAt: TIME,
    });
    if (purpose === 'compensate') return receipt.entry;
    const probes = [{ id: 'there', outcome: 'succeeded', observed: nothing } as const];
    const attested = { about: 'step', step, attempt, fence: 1, outcome: 'succeeded', probes } as const;
    const { entry } = await this.#run.say('attestor', 'attestation', motion, { ...attested, probes });
    return entry;
  }

  async settle(): Promise<number> {
    const head = await this.#server.api.ledger.head(this.id);
    const { entry } = await this.#run.say('server', 'settlement', nothing, {
      outcome: 'succeeded',
      reason: 'goal.attested',
      steps: 1,
      heals: 0,
      tokens: 120,
      microUsd: 3400,
      ...head,
    });
    return entry;
  }

  /** Everything in one: the files are written and attested. */
  async tell(files: readonly WrittenFile[]): Promise<{ readonly plan: Plan; readonly verdict: Told }> {
    const plan = this.plan(files);
    await this.request();
    const verdict = await this.vote(plan, ['approve']);
    for (const { id } of files) await this.carryOut(plan, verdict, id);
    return { plan, verdict };
  }
}
