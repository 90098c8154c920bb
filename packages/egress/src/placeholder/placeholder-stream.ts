import { undecidedFrom } from './placeholder-form.ts';
import type { PlaceholderOccurrence, PlaceholderVault } from './placeholder-vault.ts';

/** How far back the form of a placeholder looks at what stands before it. */
const LOOKBEHIND = 8;

/**
 * Recognises placeholders in a stream whose pieces are cut anywhere as in the whole text. Held back is only what can
 * still become a placeholder or cease to be one.
 */
export class PlaceholderStream {
  readonly #vault: PlaceholderVault;
  readonly #write: (occurrence: PlaceholderOccurrence) => string;
  /** The end of what went on already, then what is held back. */
  #text = '';
  #from = 0;

  /** `write` says what goes on in place of each placeholder and of each forgery; it may throw. */
  constructor(vault: PlaceholderVault, write: (occurrence: PlaceholderOccurrence) => string) {
    this.#vault = vault;
    this.#write = write;
  }

  /** What may go on now. */
  push(piece: string): string {
    this.#text += piece;
    return this.#release(undecidedFrom(this.#text, this.#from));
  }

  /** What was held back. */
  end(): string {
    return this.#release(this.#text.length);
  }

  #release(until: number): string {
    let released = '';
    let from = this.#from;
    for (const occurrence of this.#vault.occurrencesIn(this.#text, from)) {
      if (occurrence.start >= until) break;
      released += this.#text.slice(from, occurrence.start) + this.#write(occurrence);
      from = occurrence.end;
    }
    released += this.#text.slice(from, until);
    const kept = Math.max(0, until - LOOKBEHIND);
    this.#text = this.#text.slice(kept);
    this.#from = until - kept;
    return released;
  }
}
