import { problemSchema } from '@duovir/protocol';
import * as z from 'zod';
import { malformed, refusal, unreachable, type ApiError } from './api-error.ts';

export interface ClientOptions {
  /** For instance `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Without one a browser comes with the session that it has logged in for. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends questions with the token; whatever is no result becomes an `ApiError`. */
export class Transport {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async json<Schema extends z.ZodType>(question: Question, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.send(question);
    const parsed = schema.safeParse(await this.#read(() => answer.json()));
    if (!parsed.success) throw malformed(z.prettifyError(parsed.error), parsed.error);
    return parsed.data;
  }

  async text(question: Question): Promise<string> {
    const answer = await this.send(question);
    return this.#read(() => answer.text());
  }

  async bytes(question: Question): Promise<Uint8Array> {
    const answer = await this.send(question);
    return new Uint8Array(await this.#read(() => answer.arrayBuffer()));
  }

  /** For answers that say nothing. */
  async done(question: Question): Promise<void> {
    await this.send(question);
  }

  /** The answer to a question that succeeded. */
  async send({ method, path, query = {}, headers = {}, body, signal }: Question): Promise<Response> {
    const url = new URL(path, this.#options.url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const ask = this.#options.fetch ?? fetch;
    let answer: Response;
    try {
      answer = await ask(url, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(this.#options.token === undefined ? {} : { authorization: `Bearer ${this.#options.token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        // A redirect would carry the token to whoever is named in it.
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(this.#options.url, cause);
    }
    if (answer.ok) return answer;
    throw await this.#problem(answer);
  }

  async #problem(answer: Response): Promise<ApiError> {
    const text = await this.#read(() => answer.text());
    try {
      return refusal(problemSchema.parse(JSON.parse(text)));
    } catch (cause) {
      return malformed(`status ${answer.status}`, cause);
    }
  }

  async #read<Content>(read: () => Promise<Content>): Promise<Content> {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof SyntaxError) throw malformed('it is not JSON', cause);
      throw unreachable(this.#options.url, cause);
    }
  }
}
