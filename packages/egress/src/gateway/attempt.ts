import { digestOfBytes, type Digest } from '@duovir/protocol';
import { nothing, type Amount } from '../budget/amount.ts';
import { EgressError } from '../error.ts';
import { boundOf, costOf, type TokenUsage } from '../price/call-cost.ts';
import type { Call } from './call.ts';
import { exactBytes, isNeverConnected, permittedUrl } from './exact-request.ts';
import { inspectBody } from './inspect-body.ts';
import type { Ended, GatewayPorts } from './ports.ts';
import { ReceivedBody } from './received-body.ts';

/** Whoever stands between this side and the model gave up waiting; the model may have worked, and may go on. */
const GAVE_UP_WAITING = new Set([408, 499]);

interface Reserved {
  readonly bound: Amount;
}
interface Recorded extends Reserved {
  readonly body: Digest;
}

/** How far a try has come. Bytes leave between `recorded` and `sent`, never before. */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'begun' }
  | ({ readonly kind: 'reserved' } & Reserved)
  | ({ readonly kind: 'recorded' } & Recorded)
  | ({ readonly kind: 'sent' } & Recorded)
  | ({ readonly kind: 'answered'; readonly response: Response } & Recorded);

export interface AttemptOptions {
  readonly call: Call;
  /** From 1. */
  readonly number: number;
  readonly ports: Pick<GatewayPorts, 'budget' | 'records' | 'guard' | 'fetch' | 'fault'>;
  readonly onReserved: (bound: Amount) => void;
}

/** One try of a call: one reservation, one record, at most one request. */
export class Attempt {
  readonly #options: AttemptOptions;
  readonly #received = new ReceivedBody();
  readonly #ending = new AbortController();
  #state: State = { kind: 'idle' };
  #hasTried = false;
  #refusal: unknown;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** Why this side did not send; the provider's client may have wrapped it. */
  get refusal(): unknown {
    return this.#refusal;
  }

  get response(): Response | undefined {
    return this.#state.kind === 'answered' ? this.#state.response : undefined;
  }

  /** Whether the bytes left and nobody has said what became of them. */
  get isUnanswered(): boolean {
    return this.#state.kind === 'sent';
  }

  /** What the provider's client has for a `fetch`, and the only way out. `urls` are the addresses it may ask. */
  fetchFrom(urls: () => readonly string[]): typeof globalThis.fetch {
    return async (input, init = {}) => {
      try {
        return await this.#send(permittedUrl(input, init, urls()), init);
      } catch (error) {
        if (!this.#hasTried) this.#refusal ??= error;
        throw error;
      }
    };
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    if (this.#state.kind !== 'idle')
      throw new EgressError('request-unexpected', 'The client of the provider wanted to send a second request.');
    this.#state = { kind: 'begun' };
    const { call, ports } = this.#options;
    const { sensitive, prompt, price, levels, facts } = call;
    const signal = AbortSignal.any([call.signal, this.#ending.signal]);
    const bytes = exactBytes(init.body);
    await inspectBody(bytes, sensitive, ports.guard);
    const bound = boundOf({ bodyBytes: bytes.length, maxOutputTokens: prompt.maxOutputTokens }, price);
    await ports.budget.reserve(this.#reservation, levels, bound, facts.landing ? 'landing' : 'work', signal);
    this.#state = { kind: 'reserved', bound };
    this.#options.onReserved(bound);
    await this.#recordLeaving(bytes, bound);
    const recorded = { bound, body: digestOfBytes(bytes) };
    this.#state = { kind: 'recorded', ...recorded };
    // The switch may have been turned while the record was written.
    signal.throwIfAborted();
    const response = await this.#request(url, { headers: init.headers ?? {}, body: bytes, signal }, recorded);
    this.#state = { kind: 'answered', ...recorded, response };
    return this.#received.copyOf(response);
  }

  async #recordLeaving(body: Uint8Array, reserved: Amount): Promise<void> {
    const { call, number, ports } = this.#options;
    const { id, facts, principal, purpose, question, model, redactions } = call;
    await ports.records.leaving({
      run: facts.run,
      call: id,
      try: number,
      principal,
      purpose,
      question,
      model: model.alias,
      provider: model.provider,
      dataClass: facts.dataClass,
      body,
      redactions,
      reserved,
    });
  }

  async #request(url: string, init: RequestInit, recorded: Recorded): Promise<Response> {
    this.#state = { kind: 'sent', ...recorded };
    this.#hasTried = true;
    try {
      // A redirect would carry the prompt to an address that nobody has allowed.
      return await this.#options.ports.fetch(url, { ...init, method: 'POST', redirect: 'error' });
    } catch (error) {
      if (isNeverConnected(error)) this.#state = { kind: 'recorded', ...recorded };
      throw error;
    }
  }

  /**
   * Settles and records the try. Without usage the whole bound is booked, unless no model can have worked: nothing was
   * sent, or a status of 4xx has turned the request away at once.
   */
  async end(outcome: Ended['outcome'], usage: TokenUsage | undefined): Promise<Amount> {
    const state = this.#state;
    const { call, number, ports } = this.#options;
    // A provider that goes on writing to nobody goes on billing.
    this.#ending.abort();
    if (!('bound' in state)) return nothing;
    const spent = await this.#settle(state.bound, actualCost(state, usage, call));
    if (state.kind === 'reserved') return spent;
    await ports.records.ended({
      run: call.facts.run,
      call: call.id,
      try: number,
      body: state.body,
      outcome,
      status: state.kind === 'answered' ? state.response.status : null,
      received: this.#worthKeeping(this.#received.bytes()),
      spent,
    });
    return spent;
  }

  /** A provider that refuses a key may repeat it; people read what is kept (Invariant 7). */
  #worthKeeping(received: Uint8Array | null): Uint8Array | null {
    const said = received && new TextDecoder().decode(received);
    return said && this.#options.call.sensitive.registered.find(said).length > 0 ? null : received;
  }

  async #settle(bound: Amount, actual: Amount | undefined): Promise<Amount> {
    const { budget, fault } = this.#options.ports;
    try {
      return await budget.settle(this.#reservation, actual);
    } catch (error) {
      if (!(error instanceof EgressError && error.code === 'bound-exceeded')) throw error;
      // The bound is booked. People must hear of it; the answer is no worse for it.
      fault(error);
      return bound;
    }
  }

  /** A try is a call of its own to the budget. */
  get #reservation(): string {
    return `${this.#options.call.id}/${this.#options.number}`;
  }
}

function actualCost(state: State, usage: TokenUsage | undefined, { price }: Call): Amount | undefined {
  switch (state.kind) {
    case 'sent':
      return undefined;
    case 'answered': {
      const { status } = state.response;
      if (status >= 400 && status < 500 && !GAVE_UP_WAITING.has(status)) return nothing;
      return usage && costOf(usage, price);
    }
    default:
      return nothing;
  }
}
