import {
  digestOf,
  envelopeDigest,
  planDigest,
  planSchema,
  signStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type NewEvent,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import { newRunId } from '../api/run-id.ts';
import type { TestApi } from '../api/api.fixture.ts';
import { systemRandom } from '../random.ts';

const nothing = digestOf('nothing');
const rules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
/** The call in which the reviewer's model judged the heal. */
export const CALL = `call-${'a'.repeat(26)}`;
const TIME = '2026-01-01T00:00:00.000Z';

/** A run whose port was healed, told by its principals into a real ledger: the entries and events the engine makes. */
export class HealedRun {
  readonly id = newRunId(systemRandom);
  readonly #server: TestApi;
  #said = 0;
  #verdict = nothing;

  constructor(server: TestApi) {
    this.#server = server;
  }

  plan(revision: number, port: number): Plan {
    const probe = {
      id: 'listens',
      action: 'listener.probe@1',
      with: { port },
      expect: { listening: true },
    };
    return planSchema.parse({
      apiVersion: 'duovir/v1',
      kind: 'Plan',
      run: this.id,
      revision,
      salt: '0'.repeat(32),
      goal: { statement: 'Cluster PostgreSQL', successCriteria: [probe] },
      source: { pack: 'core', playbook: 'postgres', version: '1', digest: nothing, inputs: { port } },
      target: { kind: 'sandbox', id: this.id },
      environment: 'development',
      dataClass: 'internal',
      steps: [
        {
          id: 'primary',
          title: 'Start the primary',
          call: { action: 'service.start@1', with: { name: 'primary', argv: ['postgres'], ready: { port } } },
          verify: [probe],
          compensate: { kind: 'action', call: { action: 'service.stop@1', with: { name: 'primary' } } },
          settings: [{ resource: 'postgresql', path: 'port', value: port }],
        },
      ],
    });
  }

  async say<Kind extends EntryKind>(
    by: string,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
    event?: (entry: number) => NewEvent,
  ): Promise<{ readonly envelope: Envelope; readonly entry: number }> {
    const { api } = this.#server;
    const envelope = await signStatement(this.#server.signer(by), {
      kind,
      run: this.id,
      time: TIME,
      subject,
      predicate,
    });
    this.#said += 1;
    const [entry = -1] = await api.ledger.append([{ key: `${this.id}/${this.#said}`, run: this.id, envelope }]);
    if (event) await api.events.publish(this.id, `event-${this.#said}`, event(entry));
    return { envelope, entry };
  }

  async tell(): Promise<void> {
    const { api } = this.#server;
    const request = { goal: 'Cluster PostgreSQL', target: 'sandbox' } as const;
    const accepted = {
      run: this.id,
      requester: 'ann',
      acceptedAt: TIME,
      request: {
        ...request,
        inputs: {},
        environment: 'development',
        dataClass: 'internal',
        occupiedPorts: [],
      } as const,
    };
    await api.runs.accept({ ...accepted, request: { ...accepted.request, occupiedPorts: [] } });
    await this.say(
      'server',
      'request',
      digestOf(accepted),
      { requester: 'ann', commitment: nothing, intent: null },
      (entry) => ({
        type: 'run-start',
        body: { requester: 'ann', request: { ...accepted.request, occupiedPorts: [] }, entry },
      }),
    );
    const first = this.plan(1, 5432);
    await this.#carry('planner', first, 'plan', null);
    const failed = await this.#execute(first, 1, 'failed');
    const diagnosis = {
      class: 'deterministic',
      signature: 'net.port-in-use',
      title: 'The port is taken',
      explanation: 'Another process listens on it.',
      captures: { port: '5432' },
      evidence: [],
      decision: 'patch',
      confirm: [],
    } as const;
    await this.say(
      'healer',
      'diagnosis',
      envelopeDigest(failed.envelope),
      {
        step: 'primary',
        attempt: 1,
        class: 'deterministic',
        signature: 'net.port-in-use',
        decision: 'patch',
        commitment: nothing,
        ...rules,
      },
      (entry) => ({
        type: 'diagnosis-make',
        body: { step: 'primary', attempt: 1, diagnosis: { ...diagnosis, evidence: [], confirm: [] }, entry },
      }),
    );
    await this.#attest('confirmation', first);
    const second = this.plan(2, 5433);
    await this.say('server', 'egress', nothing, {
      call: CALL,
      try: 1,
      principal: 'reviewer-security',
      purpose: 'review',
      question: nothing,
      model: 'gpt',
      provider: 'openai',
      dataClass: 'internal',
      bytes: 100,
      redactions: {},
      reserved: { tokens: 600, microUsd: 900 },
      trustPolicy: nothing,
      commitment: nothing,
    });
    await this.#carry('healer', second, 'heal', 'port-overlap');
    await this.#execute(second, 2, 'succeeded');
    await this.#attest('step', second);
  }

  async #carry(by: string, plan: Plan, kind: 'plan' | 'heal', envelope: string | null): Promise<void> {
    const { api } = this.#server;
    const motion = planDigest(plan);
    const trustPolicy = api.trust.current().digest;
    const { revision } = plan;
    await api.documents.put(this.id, 'plan', plan, '0'.repeat(64));
    await this.say(by, 'plan', motion, {
      revision,
      pack: 'core',
      playbook: 'postgres',
      commitment: nothing,
      ...rules,
    });
    const frozen = { riskClass: 'R1', reasons: [], evidence: nothing, previous: null, state: null } as const;
    await this.say(
      'server',
      'motion',
      motion,
      { kind, revision, trustPolicy, envelope, ...frozen, reasons: [] },
      (entry) => ({
        type: 'motion-freeze',
        body: { motion, motionKind: kind, revision, riskClass: 'R1', reasons: [], envelope, entry },
      }),
    );
    await api.runs.recordMotion({ run: this.id, digest: motion, kind, revision, riskClass: 'R1', reasons: [] });
    const detail = { rationale: `Nothing speaks against revision ${revision}.`, findings: [] };
    const { commitment } = await api.documents.put(this.id, 'opinion/reviewer-security', detail, '1'.repeat(64));
    await this.say(
      'reviewer-security',
      'opinion',
      motion,
      {
        round: 1,
        phase: 'blind',
        verdict: 'approve',
        findings: [],
        abstention: null,
        changedFrom: null,
        because: [],
        shown: nothing,
        evidence: nothing,
        trustPolicy,
        mandate: 'security',
        ...(revision === 1 ? rules : { brain: 'model', tokens: 520, calls: [CALL] }),
        commitment,
      },
      (entry) => ({
        type: 'opinion-reveal',
        body: {
          motion,
          reviewer: 'reviewer-security',
          mandate: 'security',
          brain: 'playbook',
          phase: 'blind',
          verdict: 'approve',
          changedFrom: null,
          because: [],
          ...detail,
          entry,
        },
      }),
    );
    const verdict = await this.say('server', 'verdict', motion, {
      verdict: 'carried',
      riskClass: 'R1',
      reason: 'quorum.reached',
      opinions: [],
      approvals: [],
      breakGlass: [],
      counted: { reviewers: 1, approvals: 1, groups: 1, people: 0 },
      trustPolicy,
    });
    this.#verdict = envelopeDigest(verdict.envelope);
    await api.runs.recordVerdict(motion, 'carried', 'One of one approves.');
  }

  async #execute(
    plan: Plan,
    attempt: number,
    outcome: 'succeeded' | 'failed',
  ): Promise<{ envelope: Envelope; entry: number }> {
    const motion = planDigest(plan);
    const permit = `permit-${attempt}`;
    const common = { permit, step: 'primary', purpose: 'apply', attempt, fence: 1 } as const;
    const verdict = { motion, verdict: this.#verdict, trustPolicy: nothing, issuedAt: TIME, expiresAt: TIME };
    await this.say('server', 'permit', motion, { ...common, ...verdict });
    const end = { outcome, cause: 'exit', exit: outcome === 'failed' ? 1 : 0 } as const;
    return this.say(
      'runner',
      'receipt',
      motion,
      { ...common, ...end, stdout: nothing, stderr: nothing, startedAt: TIME, endedAt: TIME },
      (entry) => ({
        type: 'step-end',
        body: {
          step: 'primary',
          purpose: 'apply',
          attempt,
          ...end,
          stderr: 'FATAL: address in use',
          milliseconds: 1,
          entry,
        },
      }),
    );
  }

  #attest(about: 'step' | 'confirmation', plan: Plan): Promise<{ entry: number }> {
    const probes = [{ id: 'listens', outcome: 'succeeded', observed: nothing } as const];
    return this.say(
      'attestor',
      'attestation',
      planDigest(plan),
      { about, step: 'primary', attempt: 1, fence: 1, outcome: 'succeeded', probes },
      (entry) => ({
        type: 'attestation-make',
        body: {
          about,
          step: 'primary',
          outcome: 'succeeded',
          probes: [{ id: 'listens', outcome: 'succeeded', observed: null, summary: `${about} seen` }],
          differences: [],
          entry,
        },
      }),
    );
  }
}
