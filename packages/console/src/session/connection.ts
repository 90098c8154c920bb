export type ConnectionState =
  | { readonly kind: 'connected' }
  /** `since` in UTC. Calls and event streams try again by themselves. */
  | { readonly kind: 'lost'; readonly since: string }
  /** The server does not know the token any more. */
  | { readonly kind: 'refused' };

/** What is known of the way to the server, learned from how calls through its `fetch` end. */
export class Connection {
  #state: ConnectionState = { kind: 'connected' };
  readonly #listeners = new Set<() => void>();
  readonly #fetch: typeof fetch;
  readonly #now: () => Date;

  constructor(options: { readonly fetch: typeof fetch; readonly now: () => Date }) {
    this.#fetch = options.fetch;
    this.#now = options.now;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    try {
      const answer = await this.#fetch(input, init);
      this.#become({ kind: answer.status === 401 ? 'refused' : 'connected' });
      return answer;
    } catch (error) {
      // Who left a page has ended its calls himself.
      if (init?.signal?.aborted !== true) this.#become({ kind: 'lost', since: this.#now().toISOString() });
      throw error;
    }
  };

  readonly state = (): ConnectionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #become(state: ConnectionState): void {
    if (state.kind === this.#state.kind) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
