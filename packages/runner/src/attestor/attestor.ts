import {
  digestOf,
  signStatement,
  type AttestAnswer,
  type AttestRequest,
  type Listener,
  type ProbeObservation,
  type ProbeOutcome,
  type SandboxHandle,
  type Signer,
} from '@duovir/protocol';
import { KnownPlans } from '../permit/known-plans.ts';
import { TrustAnchor } from '../permit/trust-anchor.ts';
import { Concealment, type Conceal } from '../restoration/concealment.ts';
import { openRestorations } from '../restoration/open-restorations.ts';
import { SandboxError } from '../sandbox/error.ts';
import { enterSandbox, type Visit } from '../sandbox/visit.ts';
import { assertAgreed } from './agreed-probes.ts';
import type { AttestorFiles } from './attestor-files.ts';
import { Baselines } from './baselines.ts';
import { compareWithBaseline, takeBaseline, type EnvironmentLook } from './environment.ts';
import { listenersIn } from './listeners.ts';
import { hasLivingHolder } from './living-holder.ts';
import { unknown } from './look.ts';
import { observation, observe } from './observe.ts';
import { assertProbesAboveFloor } from './probe-floor.ts';
import { SeenPlans } from './seen-plans.ts';

export interface AttestorSetup {
  readonly files: AttestorFiles;
  readonly signer: Signer;
  readonly now?: () => Date;
}

/** What outlives the process. */
interface Memory {
  readonly anchor: TrustAnchor;
  readonly plans: SeenPlans;
  readonly baselines: Baselines;
}

/** What was seen, before it is signed. */
interface Sight {
  readonly observations: readonly ProbeObservation[];
  readonly listeners: readonly Listener[];
  readonly environment: EnvironmentLook | null;
}

/** Looks into sandboxes by probes that were agreed, changes nothing, and signs what it saw. It never asks the runner. */
export class Attestor {
  readonly #signer: Signer;
  readonly #memory: Memory;
  readonly #now: () => Date;

  private constructor({ signer, now }: AttestorSetup, memory: Memory) {
    this.#signer = signer;
    this.#memory = memory;
    this.#now = now ?? (() => new Date());
  }

  /** Throws when the trust policy is not one that the pinned officer key signed. */
  static async open(setup: AttestorSetup): Promise<Attestor> {
    const anchor = new TrustAnchor(setup.files);
    anchor.current();
    return new Attestor(setup, {
      anchor,
      plans: new SeenPlans(anchor, await KnownPlans.open(setup.files.plans)),
      baselines: await Baselines.open(setup.files.baselines),
    });
  }

  /**
   * Values are put into probes as the runner puts them into steps, and none comes back in the answer. Throws `RunnerError`
   * when nobody has agreed to these probes, or a value is not the one that its placeholder stands for: nothing was started.
   */
  async attest(request: AttestRequest): Promise<AttestAnswer> {
    const { anchor, plans } = this.#memory;
    assertAgreed(request, await plans.carried(request, this.#now()), anchor.current().policy);
    assertProbesAboveFloor(request.run, request.probes, request.placeholders);
    const { observations, listeners, environment } = await this.#look(request);
    const outcome = worst([...observations.map((one) => one.outcome), ...(environment ? [environment.outcome] : [])]);
    const attestation = await signStatement(this.#signer, {
      kind: 'attestation',
      run: request.run,
      time: this.#now().toISOString(),
      subject: request.subject,
      predicate: {
        about: request.about,
        step: request.step,
        attempt: request.attempt,
        fence: request.sandbox?.generation ?? 0,
        outcome,
        probes: observations.map((one) => ({ id: one.id, outcome: one.outcome, observed: digestOf(one.observed) })),
      },
    });
    return {
      attestation,
      outcome,
      observations: [...observations],
      listeners: [...listeners],
      fingerprint: environment?.fingerprint ?? null,
      differences: [...(environment?.differences ?? [])],
    };
  }

  async #look(request: AttestRequest): Promise<Sight> {
    const { run, about, sandbox, placeholders, restorations } = request;
    const values = openRestorations(placeholders, restorations);
    const { conceal } = new Concealment(values);
    if (sandbox === null) return withoutSandbox(request, 'The run has no sandbox.');
    // The request may not point to the sandbox of another run; whether the holder is what it says is looked at inside.
    if (sandbox.run !== run) return withoutSandbox(request, `The sandbox named is not of ${run}.`);
    try {
      const visit = await enterSandbox({ ...sandbox, startTime: Number(sandbox.startTime) });
      try {
        const observations = await observe(run, request.probes, values, visit, conceal);
        const environment = await this.#environment(request, sandbox, visit, conceal);
        return { observations, listeners: listenersIn(visit.inspect(), conceal), environment };
      } finally {
        visit.close();
      }
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      if (error.code !== 'sandbox-lost') console.error(`attestation about ${about} of ${run}:`, error);
      return withoutSandbox(request, error.message);
    }
  }

  async #environment(
    { about, baseline }: AttestRequest,
    place: SandboxHandle,
    visit: Visit,
    conceal: Conceal,
  ): Promise<EnvironmentLook | null> {
    const { baselines } = this.#memory;
    if (about === 'baseline') return takeBaseline(place, visit, baselines);
    return about === 'restored' ? compareWithBaseline(place, baseline, visit, baselines, conceal) : null;
  }
}

/** No sandbox, no answer, except to one question: whether all effects are gone. */
function withoutSandbox({ run, about, probes }: AttestRequest, reason: string): Sight {
  const observations = probes.map(({ id }) => observation(id, unknown(reason), (text) => text));
  return { observations, listeners: [], environment: environmentWithout(about, run, reason) };
}

function environmentWithout(about: AttestRequest['about'], run: string, reason: string): EnvironmentLook {
  if (about !== 'restored') return { outcome: 'unknown', fingerprint: null, differences: [] };
  if (!hasLivingHolder(run)) return { outcome: 'succeeded', fingerprint: null, differences: [] };
  return { outcome: 'failed', fingerprint: null, differences: [`A sandbox of the run lives on. ${reason}`] };
}

/** `failed` outweighs `unknown`, and both outweigh success (Invariant 6). Nothing asked is nothing wrong. */
function worst(outcomes: readonly ProbeOutcome[]): ProbeOutcome {
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.includes('unknown') ? 'unknown' : 'succeeded';
}
