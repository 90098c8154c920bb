import type { Digest, Json, Purpose, RunEvent, Stage } from '@duovir/protocol';
import { plainLines } from '../terminal/text.ts';

/** What a run is doing at the moment. */
export type Activity =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | {
      readonly kind: 'step';
      readonly step: string;
      readonly title: string;
      readonly purpose: Purpose;
      readonly attempt: number;
      readonly since: number;
    }
  | { readonly kind: 'people'; readonly people: readonly string[]; readonly until: string }
  | { readonly kind: 'question' }
  | { readonly kind: 'ended' };

const KEPT_LOG_LINES = 6;

/** What has been learnt from the events so far, and is needed to tell the next one. */
export class RunMemory {
  activity: Activity = { kind: 'stage', stage: 'request' };
  requester = '';
  readonly titles = new Map<string, string>();
  readonly done = new Set<string>();
  readonly stageTimes = new Map<Stage, number>();
  readonly motionKinds = new Map<Digest, 'plan' | 'heal'>();
  readonly heals: {
    readonly step: string;
    readonly title: string;
    readonly changes: readonly string[];
    readonly values: readonly Json[];
  }[] = [];
  /** Agents that wait for their model, by call, and how much it has written so far. */
  readonly writers = new Map<string, { readonly principal: string; readonly tokens: number }>();
  tokens = 0;
  microUsd = 0;
  permits = 0;
  entries = 0;
  #log: string[] = [];

  /** The newest lines of the step that runs or has just ended. */
  get log(): readonly string[] {
    return this.#log;
  }

  learn(event: RunEvent): void {
    if ('entry' in event.body && event.body.entry !== null) this.entries += 1;
    switch (event.type) {
      case 'run-start':
        this.requester = event.body.requester;
        break;
      case 'stage-start':
        this.activity = { kind: 'stage', stage: event.body.stage };
        break;
      case 'stage-end':
        this.stageTimes.set(event.body.stage, (this.stageTimes.get(event.body.stage) ?? 0) + event.body.milliseconds);
        break;
      case 'plan-propose':
        for (const { id, title } of event.body.steps) this.titles.set(id, title);
        break;
      case 'motion-freeze':
        this.motionKinds.set(event.body.motion, event.body.motionKind);
        break;
      case 'patch-propose':
        for (const step of event.body.redo) this.done.delete(step);
        break;
      case 'approval-wait':
        this.activity = { kind: 'people', people: event.body.people, until: event.body.until };
        break;
      case 'clarification-ask':
        this.activity = { kind: 'question' };
        break;
      case 'clarification-answer':
        this.activity = { kind: 'stage', stage: 'plan' };
        break;
      case 'model-start':
        this.writers.set(event.body.call, { principal: event.body.principal, tokens: 0 });
        break;
      case 'model-progress':
        if (this.writers.has(event.body.call)) this.writers.set(event.body.call, event.body);
        break;
      case 'model-end':
        this.writers.delete(event.body.call);
        this.tokens += event.body.tokens;
        this.microUsd += event.body.microUsd;
        break;
      case 'permit-mint':
        this.permits += 1;
        break;
      case 'step-start':
        this.#startStep(event);
        break;
      case 'step-log':
        this.#log = [...this.#log, ...plainLines(event.body.text)].slice(-KEPT_LOG_LINES);
        break;
      case 'step-end':
        if (event.body.outcome === 'succeeded' && event.body.purpose === 'apply') this.done.add(event.body.step);
        else this.done.delete(event.body.step);
        break;
      case 'attestation-make':
        // What ended well and is not seen is not done.
        if (event.body.step !== null && event.body.outcome !== 'succeeded') this.done.delete(event.body.step);
        break;
      case 'step-skip':
        this.done.add(event.body.step);
        break;
      case 'sandbox-lose':
        this.done.clear();
        break;
      case 'run-end':
        this.writers.clear();
        this.activity = { kind: 'ended' };
        break;
      default:
    }
  }

  #startStep({ body, time }: Extract<RunEvent, { type: 'step-start' }>): void {
    this.#log = [];
    const { step, title, purpose, attempt } = body;
    // A patch may have changed it: `on port 5433`.
    this.titles.set(step, title);
    this.activity = { kind: 'step', step, title, purpose, attempt, since: Date.parse(time) };
  }
}
