import type { ExecutionEvent } from '@duovir/protocol';

type Listener = ReadableStreamDefaultController<Uint8Array>;
const encoder = new TextEncoder();

/** Events of one execution for everybody who listens, from the moment each begins to listen. The last one ends it. */
export class Feed {
  readonly #listeners = new Set<Listener>();
  #last: ExecutionEvent | undefined;

  push(event: ExecutionEvent): void {
    if (event.kind !== 'log') this.#last = event;
    for (const listener of this.#listeners) this.#tell(listener, event);
  }

  /** The execution has no end that can be told: listeners see the answer break off and ask again. */
  break(error: unknown): void {
    for (const listener of this.#listeners) listener.error(error);
    this.#listeners.clear();
  }

  /** One JSON object per line. What a slow listener has not read yet is bounded by the cap on output. */
  lines(): ReadableStream<Uint8Array> {
    let listener: Listener | undefined;
    return new ReadableStream({
      start: (controller) => {
        listener = controller;
        this.#listeners.add(controller);
        if (this.#last) this.#tell(controller, this.#last);
      },
      cancel: () => {
        if (listener) this.#listeners.delete(listener);
      },
    });
  }

  #tell(listener: Listener, event: ExecutionEvent): void {
    listener.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
    if (event.kind === 'log') return;
    this.#listeners.delete(listener);
    listener.close();
  }
}
