import { Agent, request, type IncomingMessage } from 'node:http';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';

/** A checkpoint to be cosigned, with the proof that it extends the one of `oldSize`. */
export interface CosignatureRequest {
  readonly checkpoint: string;
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
}

export type CosignatureAnswer =
  /** Signature lines, unchecked. */
  | { readonly kind: 'cosigned'; readonly lines: string }
  /** The witness has last seen this size. */
  | { readonly kind: 'conflict'; readonly size: number };

/** How a log reaches one witness. Throws `witness-unavailable` or `witness-refused`. */
export interface WitnessPort {
  readonly vkey: string;
  cosign(asked: CosignatureRequest): Promise<CosignatureAnswer>;
}

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 65_536;

/** HTTP to a witness over its Unix socket, with one connection that stays open. */
export class WitnessClient implements WitnessPort {
  readonly vkey: string;
  readonly #socket: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });

  constructor(socket: string, vkey: string) {
    this.#socket = socket;
    this.vkey = vkey;
  }

  async cosign({ checkpoint, oldSize, proof }: CosignatureRequest): Promise<CosignatureAnswer> {
    const lines = proof.map((value) => `${value.toString('base64')}\n`).join('');
    const { status, text } = await this.#post(`old ${oldSize}\n${lines}\n${checkpoint}`);
    if (status === 200) return { kind: 'cosigned', lines: text };
    const size = status === 409 ? parseDecimal(text.trimEnd()) : undefined;
    if (size !== undefined) return { kind: 'conflict', size };
    if (status >= 500) throw new LedgerError('witness-unavailable', `The witness failed with status ${status}.`);
    throw new LedgerError('witness-refused', `The witness refused with status ${status}: ${text.trim().slice(0, 200)}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(body: string): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#answer(body);
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
        chunks.push(chunk);
      }
      return { status: answer.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') };
    } catch (cause) {
      throw new LedgerError('witness-unavailable', 'The witness does not answer.', cause);
    }
  }

  /**
   * A kept connection whose other end was restarted says nothing about the witness that is there now. Asking again is
   * harmless: the same checkpoint is cosigned again.
   */
  async #answer(body: string): Promise<IncomingMessage> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const answer = await this.#send(body);
      if (answer !== 'stale') return answer;
    }
    throw new Error('every kept connection was closed by the witness');
  }

  #send(body: string): Promise<IncomingMessage | 'stale'> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#socket,
          agent: this.#agent,
          method: 'POST',
          path: '/add-checkpoint',
          headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) },
          timeout: TIMEOUT_MS,
        },
        resolve,
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error('the witness did not answer in time')));
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve('stale');
        else reject(error);
      });
      outgoing.end(body);
    });
  }
}
