/**
 * The calls this process has begun and not ended. A call enters before it reserves, so that a stop which is turned while
 * it reserves still meets it.
 */
export class CallsInFlight {
  readonly #calls = new Map<string, AbortController>();

  get size(): number {
    return this.#calls.size;
  }

  /** Returns what to call when the call has ended, however it did. */
  enter(call: string, controller: AbortController): () => void {
    this.#calls.set(call, controller);
    return () => void this.#calls.delete(call);
  }

  abortAll(reason: Error): void {
    for (const controller of this.#calls.values()) controller.abort(reason);
  }
}
