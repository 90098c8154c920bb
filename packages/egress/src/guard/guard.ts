import { Worker } from 'node:worker_threads';
import type { SensitiveSpan } from '../detector/finding.ts';
import { EgressError } from '../error.ts';
import { guardAnswerSchema } from './message.ts';

/** Looks for what must not leave, out of the way of the server. Whatever goes wrong, it answers with an error, never with nothing found. */
export interface Guard {
  /**
   * @throws EgressError `guard-timeout` when the detectors need longer than their deadline, `guard-failed` when their
   *   worker ends before it answers.
   */
  detect(text: string): Promise<readonly SensitiveSpan[]>;
  close(): Promise<void>;
}

export interface GuardOptions {
  /** Milliseconds the detectors may take for one text. */
  readonly deadlineMs: number;
  /** Domains whose hosts count as internal besides those that are so everywhere. */
  readonly internalDomains: readonly string[];
  /** The program of the worker; another one only where the guard itself is tested. */
  readonly workerUrl?: URL;
}

export function createGuard(options: GuardOptions): Guard {
  return new WorkerGuard(options);
}

interface Question {
  readonly id: number;
  readonly text: string;
  resolve(spans: readonly SensitiveSpan[]): void;
  reject(error: EgressError): void;
}

type State =
  | { readonly kind: 'absent' }
  | { readonly kind: 'starting'; readonly worker: Worker; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'idle'; readonly worker: Worker }
  | { readonly kind: 'busy'; readonly worker: Worker; readonly timer: NodeJS.Timeout; readonly question: Question }
  | { readonly kind: 'closed' };

const WORKER = new URL('./worker.ts', import.meta.url);
/** A worker reads and compiles its rules once; that is not the fault of the text that waits. */
const START_MS = 10_000;
/** Far above what the detectors need; a text that makes them swell ends the worker, not the server. */
const HEAP_MB = 256;

class WorkerGuard implements Guard {
  readonly #options: GuardOptions;
  readonly #waiting: Question[] = [];
  #state: State = { kind: 'absent' };
  #asked = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#start();
  }

  detect(text: string): Promise<readonly SensitiveSpan[]> {
    return new Promise((resolve, reject) => {
      if (this.#state.kind === 'closed') {
        reject(new EgressError('guard-failed', 'The guard is closed.'));
        return;
      }
      this.#waiting.push({ id: (this.#asked += 1), text, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    const error = new EgressError('guard-failed', 'The guard was closed before it had looked.');
    if (state.kind === 'busy') state.question.reject(error);
    for (const question of this.#waiting.splice(0)) question.reject(error);
    await stop(state);
  }

  #next(): void {
    if (this.#state.kind === 'absent' && this.#waiting.length > 0) this.#start();
    if (this.#state.kind !== 'idle') return;
    const question = this.#waiting.shift();
    if (!question) return;
    const { worker } = this.#state;
    const timer = setTimeout(() => {
      const late = `The detectors took longer than ${this.#options.deadlineMs} ms for ${question.text.length} characters.`;
      this.#fail(worker, new EgressError('guard-timeout', late));
    }, this.#options.deadlineMs);
    this.#state = { kind: 'busy', worker, timer, question };
    worker.postMessage({ id: question.id, text: question.text }, []);
  }

  #start(): void {
    const worker = new Worker(this.#options.workerUrl ?? WORKER, {
      workerData: { internalDomains: [...this.#options.internalDomains] },
      // Nothing of the server's environment or switches: the detectors only compute.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    const fail = (detail: string): void => this.#fail(worker, new EgressError('guard-failed', detail));
    worker.on('message', (message: unknown) => this.#hear(worker, message));
    worker.on('error', (error) => fail(`The worker of the detectors failed: ${error.name}.`));
    worker.on('exit', (code) => fail(`The worker of the detectors ended with code ${code}.`));
    const timer = setTimeout(() => fail(`The worker of the detectors did not start within ${START_MS} ms.`), START_MS);
    this.#state = { kind: 'starting', worker, timer };
  }

  #hear(worker: Worker, message: unknown): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    const parsed = guardAnswerSchema.safeParse(message);
    if (parsed.success && parsed.data.kind === 'ready' && state.kind === 'starting') {
      clearTimeout(state.timer);
      // A process that is done need not wait for a worker that nobody asks.
      worker.unref();
    } else if (parsed.success && parsed.data.kind === 'found' && isAnswer(state, parsed.data.id)) {
      clearTimeout(state.timer);
      state.question.resolve(parsed.data.spans);
    } else {
      this.#fail(worker, new EgressError('guard-failed', 'The worker of the detectors gave no proper answer.'));
      return;
    }
    this.#state = { kind: 'idle', worker };
    this.#next();
  }

  /** Ends a worker and answers whoever waited for it; the others wait for the next one. */
  #fail(worker: Worker, error: EgressError): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    this.#state = { kind: 'absent' };
    void stop(state);
    if (state.kind === 'busy') state.question.reject(error);
    // One that cannot even start would be started for ever.
    else if (state.kind === 'starting') for (const question of this.#waiting.splice(0)) question.reject(error);
    this.#next();
  }
}

function isAnswer(state: State, id: number): state is State & { kind: 'busy' } {
  return state.kind === 'busy' && state.question.id === id;
}

async function stop(state: State): Promise<void> {
  if ('timer' in state) clearTimeout(state.timer);
  if ('worker' in state) await state.worker.terminate();
}
