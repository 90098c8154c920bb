import type { RegisteredValues } from '../registered/registered-values.ts';
import { removeSpans, type Detector } from '../span.ts';

/** What is held back at most while a line or a key block has no end. */
const LONGEST_OPEN = 65_536;
const openKeyBlock =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?![\s\S]*-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)/;

/**
 * Scrubs a stream whose pieces are cut anywhere. Whole lines go on as soon as nothing in them can be the beginning of
 * something longer; detectors see lines, never halves of them.
 */
export class ScrubbedStream {
  readonly #find: Detector;
  readonly #registered: RegisteredValues;
  #held = '';

  constructor(find: Detector, registered: RegisteredValues) {
    this.#find = find;
    this.#registered = registered;
  }

  /** The scrubbed text that may go on now. */
  push(piece: string): string {
    this.#held += piece;
    return this.#release(this.#settledLength());
  }

  /** What was held back, scrubbed; a key block that never ended is removed to its last character. */
  end(): string {
    return this.#release(this.#held.length);
  }

  #settledLength(): number {
    const text = this.#held;
    const beginning = this.#registered.openFrom(text);
    const settled = this.#beforeSpan(Math.min(text.lastIndexOf('\n') + 1, beginning));
    // A line without end must not grow for ever; what is let go has been looked at, except across this one cut.
    return settled === 0 && text.length > LONGEST_OPEN ? this.#beforeSpan(beginning) || text.length : settled;
  }

  /** Moves a cut to before whatever it would cut in two. */
  #beforeSpan(cut: number): number {
    const block = openKeyBlock.exec(this.#held.slice(0, cut))?.index ?? cut;
    return this.#find(this.#held)
      .toSorted((left, right) => right.start - left.start)
      .reduce((at, { start, end }) => (start < at && at < end ? start : at), block);
  }

  #release(length: number): string {
    const whole = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return removeSpans(whole, this.#find(whole));
  }
}
