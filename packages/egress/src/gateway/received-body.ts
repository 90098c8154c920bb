import { EgressError } from '../error.ts';

/** Of an answer, this much is kept for the record; one that goes on for longer than the other is cut off. */
const KEPT_BYTES = 1_048_576;
const MOST_BYTES = 16_777_216;

/** Copies an answer while its reader reads it. */
export class ReceivedBody {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  copyOf(response: Response): Response {
    const copied = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          if (this.#length < KEPT_BYTES) this.#chunks.push(chunk.slice(0, KEPT_BYTES - this.#length));
          this.#length += chunk.length;
          if (this.#length > MOST_BYTES)
            throw new EgressError('answer-invalid', `The answer has more than ${MOST_BYTES} bytes.`);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(copied ?? null, { status: response.status, headers: response.headers });
  }

  bytes(): Uint8Array | null {
    return this.#length === 0 ? null : Buffer.concat(this.#chunks);
  }
}
