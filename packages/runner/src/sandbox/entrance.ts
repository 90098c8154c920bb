import { Entry, type Threshold } from './entry.ts';
import { signalProcess } from './process-tree.ts';

const REMEMBERED_MS = 2000;

/** Hands out entries into a sandbox, one of which always stands ready. */
export class Entrance {
  readonly #threshold: Threshold;
  readonly #open = new Set<Entry>();
  #spare: Entry | undefined;
  #closed = false;

  constructor(threshold: Threshold) {
    this.#threshold = threshold;
    this.#spare = this.#prepare();
  }

  /** The entry that was ready; the next is prepared once this one has been sent on its way. */
  take(): Entry {
    if (this.#spare?.ended()) {
      this.#spare.close();
      this.#spare = undefined;
    }
    const entry = this.#spare ?? this.#prepare();
    this.#spare = undefined;
    setImmediate(() => {
      if (!this.#closed) this.#spare ??= this.#prepare();
    });
    return entry;
  }

  /** Ends the spare one, and waits for the others, which end with the sandbox. */
  async close(): Promise<void> {
    this.#closed = true;
    const spare = this.#spare;
    if (spare?.launcher !== undefined && !spare.ended()) signalProcess(spare.launcher, 'SIGKILL');
    const deadline = performance.now() + REMEMBERED_MS;
    while (this.#open.size > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
    spare?.close();
  }

  #prepare(): Entry {
    const entry = new Entry(this.#threshold);
    this.#open.add(entry);
    const forget = (): void => void this.#open.delete(entry);
    entry.child.once('exit', forget);
    entry.child.once('error', forget);
    return entry;
  }
}
