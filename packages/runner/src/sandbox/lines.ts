import { StringDecoder } from 'node:string_decoder';

/** A longer line is handed on in pieces, so that a stream without newlines cannot fill the memory. */
const LONGEST_LINE = 16_384;

/** Cuts a byte stream into lines, without their newline. Characters split over two chunks stay whole. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#emit(part);
    if (this.#rest.length > LONGEST_LINE) {
      this.#emit(this.#rest);
      this.#rest = '';
    }
  }

  /** Hands on a last line that no newline ended. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#emit(rest);
  }

  #emit(line: string): void {
    for (let start = 0; start === 0 || start < line.length; start += LONGEST_LINE) {
      this.#onLine(line.slice(start, start + LONGEST_LINE));
    }
  }
}
