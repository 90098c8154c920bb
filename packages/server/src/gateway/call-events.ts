import type { NewEvent } from '@duovir/protocol';
import type { CallProgress } from '@duovir/egress';
import type { ClockPort } from '@duovir/engine';
import type { Events } from '../store/events.ts';

/** People need no more to see that something goes on. */
const BETWEEN_PROGRESS_MS = 500;

interface Writing {
  readonly run: string;
  told: number;
  at: number;
}

/** Tells people what models are doing, as events of the run. Losing one of these loses nothing. */
export class CallEvents {
  readonly #events: Pick<Events, 'publish' | 'forgetProgress'>;
  readonly #clock: ClockPort;
  /** The entry with which a call ended, for its last event. */
  readonly #takeEnd: (call: string) => number | null;
  readonly #open = new Map<string, Writing>();

  constructor(
    events: Pick<Events, 'publish' | 'forgetProgress'>,
    clock: ClockPort,
    takeEnd: (call: string) => number | null,
  ) {
    this.#events = events;
    this.#clock = clock;
    this.#takeEnd = takeEnd;
  }

  /** Runs whose agents are waiting for a model now. */
  get runs(): ReadonlySet<string> {
    return new Set([...this.#open.values()].map(({ run }) => run));
  }

  tell(progress: CallProgress): void {
    switch (progress.kind) {
      case 'started':
        return this.#start(progress);
      case 'writing':
        return this.#write(progress);
      case 'retrying': {
        const { call, principal, try: attempt, reason } = progress;
        const body = { call, principal, try: attempt, reason: reason.slice(0, 200) };
        return this.#publish(progress, `model-retry/${call}/${attempt}`, { type: 'model-retry', body });
      }
      case 'ended':
        return this.#end(progress);
    }
  }

  #start({ run, call, principal, purpose, model, reserved, redactions }: Kind<'started'>): void {
    this.#open.set(call, { run, told: 0, at: 0 });
    this.#publish({ run }, `model-start/${call}`, {
      type: 'model-start',
      body: { call, principal, purpose, model, reserved, redactions },
    });
  }

  #write({ run, call, principal, tokens }: Kind<'writing'>): void {
    const open = this.#open.get(call);
    const now = this.#clock.now().getTime();
    if (!open || now - open.at < BETWEEN_PROGRESS_MS) return;
    open.at = now;
    open.told += 1;
    this.#publish({ run }, `${progressKey(call)}${open.told}`, {
      type: 'model-progress',
      body: { call, principal, tokens },
    });
  }

  #end({ run, call, principal, outcome, explanation, spent, milliseconds }: Kind<'ended'>): void {
    this.#open.delete(call);
    const body = { call, principal, outcome, explanation: explanation.slice(0, 1000), ...spent, milliseconds };
    this.#publish({ run }, `model-end/${call}`, { type: 'model-end', body: { ...body, entry: this.#takeEnd(call) } });
    // How far an answer had come is of no interest once it is there.
    this.#events.forgetProgress(run, progressKey(call)).catch(report);
  }

  #publish({ run }: { readonly run: string }, key: string, event: NewEvent): void {
    this.#events.publish(run, key, event).catch(report);
  }
}

type Kind<Name extends CallProgress['kind']> = Extract<CallProgress, { readonly kind: Name }>;

export function progressKey(call: string): string {
  return `model-progress/${call}/`;
}

function report(error: unknown): void {
  console.error('What a model does could not be told:', error);
}
