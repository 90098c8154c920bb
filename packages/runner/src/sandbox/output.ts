import { createHash } from 'node:crypto';
import type { OutputFilter } from './output-filter.ts';

/** What a command or service wrote to one stream. */
export interface Output {
  /** The beginning and the end, with a note of what was left out between them. Untrusted: data, never instruction. */
  readonly text: string;
  /** All that was written, in bytes. */
  readonly bytes: number;
  /** SHA-256 over all that was written, hexadecimal. */
  readonly sha256: string;
  /** True when `text` is not all of it. */
  readonly truncated: boolean;
}

/** Keeps a bounded head and tail of a stream, and the digest of the whole: of what was written, not of what is kept. */
export class OutputCollector {
  readonly #half: number;
  readonly #filter: OutputFilter | undefined;
  readonly #hash = createHash('sha256');
  readonly #head: Buffer[] = [];
  readonly #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #bytes = 0;
  #kept = 0;

  /** @param capBytes how much is kept, half of it from the beginning */
  constructor(capBytes: number, filter?: OutputFilter) {
    this.#half = Math.ceil(capBytes / 2);
    this.#filter = filter;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns what may be shown of it by now. */
  add(chunk: Buffer): Buffer {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    return this.#keep(this.#filter ? this.#filter.write(chunk) : chunk);
  }

  /** Nothing follows: returns what was held back. */
  end(): Buffer {
    return this.#keep(this.#filter ? this.#filter.end() : Buffer.alloc(0));
  }

  #keep(chunk: Buffer): Buffer {
    this.#kept += chunk.length;
    const forHead = chunk.subarray(0, this.#half - this.#headBytes);
    if (forHead.length > 0) {
      this.#head.push(forHead);
      this.#headBytes += forHead.length;
    }
    this.#keepEnd(chunk.subarray(forHead.length));
    return chunk;
  }

  /** All that was kept, without any note of a gap. */
  content(): Buffer {
    return Buffer.concat([...this.#head, this.#end()]);
  }

  output(): Output {
    const end = this.#end();
    const missing = this.#kept - this.#headBytes - end.length;
    const gap = missing > 0 ? `\n[${missing} bytes left out]\n` : '';
    const text =
      missing > 0
        ? Buffer.concat(this.#head).toString('utf8') + gap + end.toString('utf8')
        : Buffer.concat([...this.#head, end]).toString('utf8');
    return { text, bytes: this.#bytes, sha256: this.#hash.copy().digest('hex'), truncated: missing > 0 };
  }

  #keepEnd(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#half));
    this.#tail.push(kept);
    this.#tailBytes += kept.length;
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#half) {
      this.#tailBytes -= this.#tail.shift()?.length ?? 0;
    }
  }

  #end(): Buffer {
    const joined = Buffer.concat(this.#tail);
    return joined.subarray(Math.max(0, joined.length - this.#half));
  }
}
