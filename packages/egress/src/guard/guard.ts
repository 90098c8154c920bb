import type { ChildProcess } from 'node:child_process';
import type { SensitiveSpan } from '../detector/finding.ts';
import { EgressError } from '../error.ts';
import type { SqlPart } from '../sql/find-sql.ts';
import type { SchemaNames } from '../sql/schema-names.ts';
import { guardAnswerSchema, type GuardAnswer, type GuardQuestion, type GuardSettings } from './message.ts';
import { endWorker, startWorker, waitNoLongerFor } from './start-worker.ts';

/** What was found in one text: by the detectors, and of somebody's database. */
export interface Look {
  readonly spans: readonly SensitiveSpan[];
  readonly sql: readonly SqlPart[];
}

export interface Looks {
  /** In the order of the texts. */
  readonly looks: readonly Look[];
  /** What was known of the databases, and what the texts say of them. */
  readonly names: SchemaNames;
}

/**
 * Looks for what must not leave, in a process of its own (ADR 0033): a text that holds up the detectors, or breaks the parser of
 * SQL, costs the answer to whoever asked and nothing else. Whatever goes wrong, it answers with an error, never with nothing found.
 *
 * Each question throws an EgressError: `guard-timeout` when it needs longer than the deadline, `guard-failed` when the worker
 * ends before it answers, `sql-parser-unavailable` when it does because of the parser.
 */
export interface Guard {
  /** What the detectors find in a text in which no SQL is looked for. */
  detect(text: string): Promise<readonly SensitiveSpan[]>;
  /** The names of databases that the SQL in the texts defines and uses. */
  learnSchema(texts: readonly string[]): Promise<SchemaNames>;
  /** Everything that must not leave in texts that belong together: what one of them defines is found in all. */
  look(texts: readonly string[], known: SchemaNames): Promise<Looks>;
  close(): Promise<void>;
}

export interface GuardOptions {
  /** Milliseconds that one question may take. */
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
  readonly message: GuardQuestion;
  /** Whether it is an answer to this question. */
  take(answer: GuardAnswer): boolean;
  reject(error: EgressError): void;
}

type State =
  | { readonly kind: 'absent' }
  | { readonly kind: 'starting'; readonly worker: ChildProcess; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'idle'; readonly worker: ChildProcess }
  | {
      readonly kind: 'busy';
      readonly worker: ChildProcess;
      readonly timer: NodeJS.Timeout;
      readonly question: Question;
    }
  | { readonly kind: 'closed' };

const WORKER = new URL('./worker.ts', import.meta.url);
/** A worker reads and compiles its rules once; that is not the fault of the text that waits. */
const START_MS = 10_000;

class WorkerGuard implements Guard {
  readonly #options: GuardOptions;
  readonly #waiting: Question[] = [];
  #state: State = { kind: 'absent' };
  #asked = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  async detect(text: string): Promise<readonly SensitiveSpan[]> {
    return this.#ask({ kind: 'detect', id: this.#nextId(), texts: [text] }, (answer) =>
      answer.kind === 'detected' ? answer.spans : undefined,
    );
  }

  async learnSchema(texts: readonly string[]): Promise<SchemaNames> {
    return this.#ask({ kind: 'learn', id: this.#nextId(), texts: [...texts] }, (answer) =>
      answer.kind === 'learned' ? new Map(answer.names) : undefined,
    );
  }

  async look(texts: readonly string[], known: SchemaNames): Promise<Looks> {
    return this.#ask({ kind: 'look', id: this.#nextId(), texts: [...texts], known: [...known] }, (answer) =>
      answer.kind === 'looked' && answer.looks.length === texts.length
        ? { looks: answer.looks, names: new Map(answer.names) }
        : undefined,
    );
  }

  #nextId(): number {
    this.#asked += 1;
    return this.#asked;
  }

  #ask<Answer>(message: GuardQuestion, read: (answer: GuardAnswer) => Answer | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#state.kind === 'closed') {
        reject(new EgressError('guard-failed', 'The guard is closed.'));
        return;
      }
      const take = (answer: GuardAnswer): boolean => {
        const content = 'id' in answer && answer.id === message.id ? read(answer) : undefined;
        if (content !== undefined) resolve(content);
        return content !== undefined;
      };
      this.#waiting.push({ message, take, reject });
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
      const length = question.message.texts.reduce((sum, text) => sum + text.length, 0);
      const late = `The detectors took longer than ${this.#options.deadlineMs} ms for ${length} characters.`;
      this.#fail(worker, new EgressError('guard-timeout', late));
    }, this.#options.deadlineMs);
    this.#state = { kind: 'busy', worker, timer, question };
    send(worker, question.message);
  }

  #start(): void {
    const worker = startWorker(this.#options.workerUrl ?? WORKER);
    const fail = (detail: string): void => this.#fail(worker, new EgressError('guard-failed', detail));
    worker.on('message', (message: unknown) => this.#hear(worker, message));
    worker.on('error', (error) => fail(`The worker of the detectors cannot be started or asked: ${error.message}.`));
    worker.on('exit', (code, signal) => fail(`The worker of the detectors ended ${signal ?? `with code ${code}`}.`));
    send(worker, { internalDomains: [...this.#options.internalDomains] });
    const timer = setTimeout(() => fail(`The worker of the detectors did not start within ${START_MS} ms.`), START_MS);
    this.#state = { kind: 'starting', worker, timer };
  }

  #hear(worker: ChildProcess, message: unknown): void {
    const state = this.#state;
    if (!('worker' in state) || state.worker !== worker) return;
    const parsed = guardAnswerSchema.safeParse(message);
    if (parsed.success && parsed.data.kind === 'ready' && state.kind === 'starting') {
      clearTimeout(state.timer);
      waitNoLongerFor(worker);
    } else if (parsed.success && state.kind === 'busy' && state.question.take(parsed.data)) {
      clearTimeout(state.timer);
    } else if (parsed.success && parsed.data.kind === 'failed') {
      this.#fail(worker, failureOf(parsed.data));
      return;
    } else {
      this.#fail(worker, new EgressError('guard-failed', 'The worker of the detectors gave no proper answer.'));
      return;
    }
    this.#state = { kind: 'idle', worker };
    this.#next();
  }

  /** Ends a worker and answers whoever waited for it; the others wait for the next one. */
  #fail(worker: ChildProcess, error: EgressError): void {
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

function failureOf({ code, error }: GuardAnswer & { kind: 'failed' }): EgressError {
  return code === 'sql-parser-unavailable'
    ? new EgressError(code, 'The SQL parser does not work, so nobody knows what the text names.')
    : new EgressError(code, `The worker of the detectors failed: ${error}.`);
}

/** One that cannot be sent to says so by an error or its end. */
function send(worker: ChildProcess, message: GuardQuestion | GuardSettings): void {
  worker.send(message);
}

async function stop(state: State): Promise<void> {
  if ('timer' in state) clearTimeout(state.timer);
  if ('worker' in state) await endWorker(state.worker);
}
