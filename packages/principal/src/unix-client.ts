import { Agent, request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { PrincipalError } from './error.ts';
import { MAX_BODY_BYTES } from './unix-server.ts';

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const refusalSchema = z.object({ code: z.string(), detail: z.string(), remedy: z.string() });

/** HTTP to one other principal over its Unix socket. Every answer is parsed; none is trusted. */
export class UnixClient {
  readonly socket: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(socket: string) {
    this.socket = socket;
  }

  async call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.#send(call);
    const text = await this.#read(answer);
    const parsed = schema.safeParse(this.#json(text));
    if (!parsed.success) throw this.#malformed(z.prettifyError(parsed.error));
    return parsed.data;
  }

  /** One parsed object per line (NDJSON), as the lines arrive. */
  async *lines<Schema extends z.ZodType>(call: Call, schema: Schema): AsyncGenerator<z.output<Schema>> {
    const answer = await this.#send(call);
    try {
      for await (const line of createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY })) {
        const parsed = schema.safeParse(this.#json(line));
        if (!parsed.success) throw this.#malformed(z.prettifyError(parsed.error));
        yield parsed.data;
      }
      if (!answer.complete) throw this.#unreachable(new Error('the answer broke off'));
    } catch (error) {
      // The peer may die in the middle of a line: the raw connection error says the same as an unfinished answer.
      throw error instanceof PrincipalError ? error : this.#unreachable(error);
    } finally {
      answer.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(call: Call): Promise<IncomingMessage> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.socket,
          agent: this.#agent,
          method: call.method ?? (body === undefined ? 'GET' : 'POST'),
          path: call.path,
          headers:
            body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          ...(call.signal ? { signal: call.signal } : {}),
        },
        resolve,
      );
      outgoing.setTimeout(call.timeoutMs ?? 30_000, () =>
        outgoing.destroy(
          new PrincipalError(
            'timed-out',
            `${this.socket} did not answer in time.`,
            'Look at `duovir status` and its log.',
          ),
        ),
      );
      outgoing.once('error', (error) => reject(error instanceof PrincipalError ? error : this.#unreachable(error)));
      outgoing.end(body);
    });
    if ((answer.statusCode ?? 500) < 300) return answer;
    const refusal = refusalSchema.safeParse(this.#json(await this.#read(answer)));
    if (!refusal.success) throw this.#malformed(`status ${answer.statusCode}`);
    throw new PrincipalError('answer-refused', `${refusal.data.code}: ${refusal.data.detail}`, refusal.data.remedy);
  }

  async #read(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_BODY_BYTES) throw this.#malformed('it is too large');
        chunks.push(chunk);
      }
    } catch (error) {
      throw error instanceof PrincipalError ? error : this.#unreachable(error);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#malformed('it is not JSON');
    }
  }

  #unreachable(cause: unknown): PrincipalError {
    return new PrincipalError(
      'unreachable',
      `Nobody answers at ${this.socket}.`,
      'Look at `duovir status`; the supervisor restarts what died.',
      cause,
    );
  }

  #malformed(what: string): PrincipalError {
    return new PrincipalError(
      'answer-malformed',
      `The answer from ${this.socket} was refused: ${what}`,
      'Check that all processes run the same version of Duovir.',
    );
  }
}
