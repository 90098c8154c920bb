import { digestOf, type Envelope } from '@duovir/protocol';
import type { ScriptedActions } from './journal.fixture.ts';
import type { CarriedMotion, FrozenMotion, Motion, StepOutline } from './motion.ts';

const envelope: Envelope = {
  payload: '',
  payloadType: 'application/vnd.in-toto+json',
  signatures: [{ keyid: 'x', sig: '' }],
};
const nothing = digestOf('nothing');
const changed = digestOf('another trust policy');

export interface WorldScript {
  /** Ids of the plan's steps after the sandbox; step n needs step n-1. */
  readonly steps: readonly string[];
  /** This step fails as long as the port is `taken`. */
  readonly failing?: string;
  readonly healable?: boolean;
  /** Steps that are found to be so before anything is done. */
  readonly satisfied?: readonly string[];
  /** Steps whose bytes name the port. */
  readonly portSteps?: readonly string[];
  /** Number of executions after which the runner dies once, taking the sandbox with it. */
  readonly loseSandboxAt?: number;
  /** A person stops the run once this many permits are minted. */
  readonly cancelAfter?: number;
  /** Revisions that the reviewers reject, with a finding. */
  readonly rejected?: readonly number[];
  /** The planner repeats itself in this revision. */
  readonly sameAgain?: number;
  /** The planner asks before it plans; a person answers, does not, or stops the run. */
  readonly asks?: 'answered' | 'unanswered' | 'cancelled';
  /** The planner reads first, by a plan of this class. */
  readonly reads?: 'R0' | 'R1';
  /** Revisions that the planner takes back to mend them. */
  readonly withdrawn?: readonly number[];
  /** The planner refutes what was found, and there is a second vote. */
  readonly refutes?: boolean;
  /** How often the target has drifted when a motion is carried. */
  readonly drifts?: number;
  /** How often another trust policy comes into force before the verdict. */
  readonly policies?: number;
  /** From this execution on another trust policy is in force, and nothing that was decided under the one before holds. */
  readonly changedAt?: number;
  /** It comes in force when this execution has ended, before anybody has looked at what came of it. */
  readonly changesAfter?: boolean;
  /** How often a permit is asked for while everything is stopped. */
  readonly stopped?: number;
}

/** A sandbox with steps in it, as the actions of a run see it. Its effects are what the assertions look at. */
export class World {
  readonly applied: string[] = [];
  readonly effects: string[] = [];
  readonly settled: string[] = [];
  readonly votes: string[] = [];
  readonly #script: WorldScript;
  readonly #executed = new Map<string, unknown>();
  #generation = 0;
  #executions = 0;
  #questions = 0;
  #permits = new Set<string>();
  #lost = false;
  #trustPolicy = nothing;
  /** In which opening the reviewers bound themselves in each round. */
  readonly #bound = new Map<string, number>();

  constructor(script: WorldScript) {
    this.#script = script;
  }

  readonly #outline = (port: number): readonly StepOutline[] =>
    ['sandbox', ...this.#script.steps].map((id, position) => ({
      id,
      action: position === 0 ? 'sandbox.open@1' : 'command.run@1',
      subject: digestOf({ id, port: this.#script.portSteps?.includes(id) ? port : null }),
      needs: position === 0 ? [] : [position === 1 ? 'sandbox' : this.#script.steps[position - 2]!],
      compensable: position > 0,
      hasCheck: this.#script.satisfied?.includes(id) === true,
      heals: true,
    }));

  readonly #motion = (revision: number): Motion => ({
    kind: revision === 1 ? 'plan' : 'heal',
    digest: digestOf({ revision }),
    revision,
    proposer: 'planner',
    statement: envelope,
    heal: null,
    previous: null,
  });

  readonly actions: ScriptedActions = {
    request: () => ({ digest: nothing, planSalt: '', commitmentSalt: '' }),
    plan: (input: { revision: number; clarification: string | null; state: string | null }) => {
      if (this.#script.asks && input.clarification === null) return { kind: 'asked', question: nothing };
      const motion = { ...this.#motion(input.revision), kind: 'plan' as const };
      if (this.#script.reads && input.state === null) return { kind: 'reading', motion };
      const content = digestOf(this.#script.sameAgain === input.revision ? input.revision - 1 : input.revision);
      return { kind: 'planned', motion, content, revisable: true };
    },
    ask: () => ({ until: '2026-01-01T00:00:00.000Z' }),
    hear: () => this.#hear(),
    freeze: ({ motion, opening }: { motion: Motion; opening: number }) => ({
      kind: 'frozen',
      motion: {
        ...motion,
        opening,
        trustPolicy: this.#trustPolicy,
        state: this.#script.drifts === undefined ? null : nothing,
        riskClass: this.#isReading(motion) ? (this.#script.reads ?? 'R0') : 'R1',
        evidence: nothing,
        frozen: envelope,
        steps: this.#outline(5431 + motion.revision).slice(0, this.#isReading(motion) ? 1 : undefined),
      },
    }),
    commit: ({ motion, round }: { motion: FrozenMotion; round: number }) => {
      const key = `${motion.digest}/${round}`;
      const bound = this.#bound.get(key) ?? motion.opening;
      this.#bound.set(key, bound);
      if (bound !== motion.opening) throw new Error('the reviewers are bound already, to opinions on other evidence');
      return { kind: 'committed', commitments: { a: nothing } };
    },
    reveal: ({ phase, motion }: { phase: string; motion: FrozenMotion }) => {
      this.votes.push(phase);
      const said = [{ reviewer: 'a', verdict: 'approve', opinion: envelope, detail: nothing, salt: '' }];
      const debatable = this.#script.refutes === true || this.#script.withdrawn?.includes(motion.revision) === true;
      return { kind: 'revealed', said, debatable: phase === 'blind' && debatable };
    },
    rebut: ({ motion }: { motion: FrozenMotion }) =>
      this.#script.withdrawn?.includes(motion.revision)
        ? { kind: 'withdrawn', answers: nothing }
        : { kind: 'answered', answers: nothing, refutes: true },
    'test-findings': () => ({ debate: nothing, tested: 0 }),
    compare: ({ motion }: { motion: FrozenMotion }) => ({
      kind: motion.opening < (this.#script.drifts ?? 0) ? 'drifted' : 'as-approved',
    }),
    tally: ({ motion }: { motion: FrozenMotion }) =>
      motion.opening < (this.#script.policies ?? 0)
        ? { kind: 'stale' }
        : this.#script.rejected?.includes(motion.revision)
          ? { kind: 'rejected', reason: 'verdict.high-finding', explanation: 'listens everywhere' }
          : {
              kind: 'carried',
              motion: { ...motion, opinions: [envelope], approvals: [], breakGlass: [], verdict: envelope },
            },
    permit: (input: { motion: CarriedMotion; step: string; purpose: string; attempt: number; fence: number }) => {
      const permit = `${input.purpose}/${input.step}/${input.attempt}`;
      const answer = { kind: 'permitted', permit, envelope, entry: 1, proof: String(input.fence) };
      if (this.#permits.has(permit)) return answer;
      if (input.step === 'directory' && input.attempt <= (this.#script.stopped ?? 0)) return { kind: 'stopped' };
      const limit = this.#script.cancelAfter ?? Number.POSITIVE_INFINITY;
      if (input.purpose === 'apply' && this.#permits.size >= limit) return { kind: 'cancelled' };
      if (input.step !== 'sandbox' && (this.#lost || input.fence !== this.#generation)) return { kind: 'sandbox-lost' };
      this.#permits.add(permit);
      return answer;
    },
    // Single use, and a repeated call finds its receipt: as the runner does it (Invariant 11).
    execute: (input: {
      motion: CarriedMotion;
      step: string;
      purpose: string;
      attempt: number;
      permit: string;
      proof: string;
    }) => {
      const known = this.#executed.get(input.permit);
      if (known) return known;
      if (this.#executions + 1 === this.#script.changedAt && !this.#script.changesAfter) this.#trustPolicy = changed;
      const result =
        input.motion.trustPolicy === this.#trustPolicy
          ? this.#execute(input)
          : { kind: 'refused', code: 'trust-policy-stale', explanation: 'decided under another trust policy' };
      if (this.#executions === this.#script.changedAt) this.#trustPolicy = changed;
      this.#executed.set(input.permit, result);
      return result;
    },
    attest: ({ about, step, motion }: { about: string; step: string | null; motion: CarriedMotion }) => {
      if (about !== 'restored' && motion.trustPolicy !== this.#trustPolicy) return { kind: 'stale' };
      const isFailed = (about === 'control' && step === null) || (about !== 'restored' && this.#lost);
      return {
        kind: 'attested',
        outcome: isFailed ? 'failed' : 'succeeded',
        entry: 1,
        attestation: nothing,
        fingerprint: nothing,
        observation: nothing,
        differences: [],
        sandboxGone: this.#lost,
      };
    },
    diagnose: () => ({
      diagnosis: {
        decision: this.#script.healable ? 'patch' : 'undo',
        title: 'port in use',
        explanation: '',
        confirm: [],
        captures: {},
      },
      failure: {},
    }),
    confirm: () => null,
    patch: ({ motion }: { motion: FrozenMotion }) => ({ kind: 'patched', motion: this.#motion(motion.revision + 1) }),
    notice: () => null,
    settle: (ending: { outcome: string }) => {
      this.settled.push(ending.outcome);
      return ending;
    },
  };

  #isReading({ revision }: Motion): boolean {
    return this.#script.reads !== undefined && revision === 1;
  }

  #hear(): unknown {
    this.#questions += 1;
    if (this.#questions === 1) return { kind: 'waiting', waitMs: 1000 };
    return this.#script.asks === 'answered'
      ? { kind: 'answered', clarification: nothing }
      : { kind: this.#script.asks };
  }

  #execute({
    motion,
    step,
    purpose,
    proof,
  }: {
    motion: CarriedMotion;
    step: string;
    purpose: string;
    proof: string;
  }): unknown {
    this.#executions += 1;
    if (step === 'sandbox') {
      this.#generation = Number(proof);
      this.#lost = false;
      this.applied.length = 0;
    }
    if (this.#executions === this.#script.loseSandboxAt) {
      this.#lost = true;
      this.applied.length = 0;
      return { kind: 'sandbox-lost' };
    }
    this.effects.push(`${purpose} ${step}`);
    if (purpose === 'compensate') {
      const position = this.applied.lastIndexOf(step);
      if (position >= 0) this.applied.splice(position, 1);
      return { kind: 'succeeded', receipt: nothing, subject: nothing };
    }
    this.applied.push(step);
    if (step === this.#script.failing && motion.revision === 1)
      return { kind: 'failed', failed: { receipt: nothing, cause: 'exit', exit: 1, output: nothing } };
    return { kind: 'succeeded', receipt: nothing, subject: nothing };
  }
}
