import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { parseSignature, signedNothing, type SignerProgram } from './signer-program.ts';

const answerSchema = z.union([
  z.strictObject({ id: z.string(), signature: z.string() }),
  z.strictObject({ id: z.string(), error: z.string() }),
]);
/** An identifier, a signature, or a sentence about what is wrong. */
const MOST_ANSWER = 1024;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const MOST_ERROR = 200;

type Child = ChildProcessByStdio<Writable, Readable, null>;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly child: Child }
  /** It died; somebody waits for a signature. */
  | { readonly kind: 'pausing'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

interface Question {
  readonly id: string;
  readonly bytes: Uint8Array;
  resolve(signature: Buffer): void;
  reject(error: unknown): void;
}

/**
 * A program that stays, so that one login at the token is enough for many signatures: `{id, bytes}` on a line of its standard
 * input, `{id, signature}` or `{id, error}` on a line of its output, base64 both. It must end when its input does. When it dies it
 * is started again, with growing pauses, and asked anew: to sign the same bytes twice does no harm.
 */
export class SigningSession {
  readonly #program: SignerProgram;
  readonly #questions = new Map<string, Question>();
  #state: State = { kind: 'idle' };
  #pauseMs = FIRST_PAUSE_MS;
  #asked = 0;

  constructor(program: SignerProgram) {
    this.#program = program;
  }

  sign(bytes: Uint8Array): Promise<Buffer> {
    if (this.#state.kind === 'closed') return Promise.reject(signedNothing(this.#program, 'it was closed'));
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const question = { id: String((this.#asked += 1)), bytes, resolve, reject };
    const patience = setTimeout(() => this.#lose(question), this.#program.timeoutMs);
    this.#questions.set(question.id, question);
    if (this.#state.kind === 'running') write(this.#state.child, question);
    if (this.#state.kind === 'idle') this.#start();
    return promise.finally(() => clearTimeout(patience));
  }

  close(): void {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    if (state.kind === 'pausing') clearTimeout(state.timer);
    if (state.kind === 'running') state.child.stdin.end();
    for (const question of this.#questions.values()) this.#giveUp(question, 'it was closed');
  }

  #start(): void {
    const [file, ...parameters] = this.#program.command;
    const child = spawn(file, parameters, {
      shell: false,
      env: { ...this.#program.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#state = { kind: 'running', child };
    child.stdin.on('error', () => undefined); // EPIPE: it has ended, which `close` tells.
    child.once('error', (error) => this.#pause(child, error.message));
    child.once('close', (code, signal) => this.#pause(child, `it ended ${signal ?? `with code ${code}`}`));
    child.stdout.setEncoding('utf8');
    let line = '';
    child.stdout.on('data', (piece: string) => {
      const lines = (line + piece).split('\n');
      line = lines.pop() ?? '';
      if (line.length > MOST_ANSWER || !lines.every((one) => this.#hear(one))) child.kill('SIGKILL');
    });
    for (const question of this.#questions.values()) write(child, question);
  }

  /** False for what is no answer: from then on nothing it says can be told apart. */
  #hear(line: string): boolean {
    const parsed = line.length > MOST_ANSWER ? undefined : answerSchema.safeParse(jsonOf(line));
    if (!parsed?.success) return false;
    const question = this.#questions.get(parsed.data.id);
    // Whoever asked has gone.
    if (!question) return Number(parsed.data.id) <= this.#asked;
    if ('error' in parsed.data) {
      this.#giveUp(question, `it says: ${parsed.data.error.slice(0, MOST_ERROR)}`);
      return true;
    }
    const signature = parseSignature(parsed.data.signature);
    if (!signature) return false;
    this.#questions.delete(question.id);
    this.#pauseMs = FIRST_PAUSE_MS;
    question.resolve(signature);
    return true;
  }

  #pause(child: Child, why: string): void {
    if (this.#state.kind !== 'running' || this.#state.child !== child) return;
    if (this.#questions.size === 0) {
      this.#state = { kind: 'idle' };
      return;
    }
    console.error(`${this.#program.command[0]}: ${why}; it is started again in ${this.#pauseMs} ms.`);
    this.#state = { kind: 'pausing', timer: setTimeout(() => this.#start(), this.#pauseMs) };
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** Who is silent once is not waited for again: the next question finds a new one. */
  #lose(question: Question): void {
    this.#giveUp(question, 'it took too long');
    if (this.#state.kind === 'running') this.#state.child.kill('SIGKILL');
  }

  #giveUp(question: Question, why: string): void {
    if (this.#questions.delete(question.id)) question.reject(signedNothing(this.#program, why));
  }
}

function write({ stdin }: Child, { id, bytes }: Question): void {
  stdin.write(`${JSON.stringify({ id, bytes: Buffer.from(bytes).toString('base64') })}\n`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // What is not JSON is no answer either.
  }
}
