import { StringDecoder } from 'node:string_decoder';
import { FormIndex } from './form-index.ts';
import type { OpenedValue } from './open-restorations.ts';
import { formsOf, type ValueForm } from './value-forms.ts';

/** Puts placeholders back for values, in text that leaves the runner or the attestor. */
export type Conceal = (text: string) => string;

/** How much of the text before a place, and after it, decides whether it is a word of its own. */
const EDGE = 2;
/** An end of output that is so long a beginning of a secret is no coincidence: its printing was cut off. */
const TELLING = 6;

/** What one place of a text shows. */
type Sighting =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly length: number; readonly placeholder: string }
  /** More text could make it one. */
  | { readonly kind: 'undecided' };

const NOTHING: Sighting = { kind: 'nothing' };
const UNDECIDED: Sighting = { kind: 'undecided' };

/**
 * The values that were put into one run's sandbox, so that none flows back in the clear (Invariant 7). In memory only:
 * a sandbox dies with the runner that made it, and what was put in with it.
 */
export class Concealment {
  readonly #forms = new Map<string, ValueForm>();
  #index = new FormIndex([]);

  constructor(values: readonly OpenedValue[] = []) {
    this.add(values);
  }

  add(values: readonly OpenedValue[]): void {
    const known = this.#forms.size;
    for (const form of values.flatMap(formsOf)) if (!this.#forms.has(form.text)) this.#forms.set(form.text, form);
    if (this.#forms.size > known) this.#index = new FormIndex([...this.#forms.values()]);
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  readonly conceal: Conceal = (text) => this.scan(text, 0, true).text;

  stream(): ConcealedStream {
    return new ConcealedStream(this);
  }

  /** The text from `from` on with placeholders in it, as far as it is decided, and up to where that is. */
  scan(text: string, from: number, isEnd: boolean): { readonly text: string; readonly end: number } {
    if (this.isEmpty) return { text: text.slice(from), end: text.length };
    let concealed = '';
    let copied = from;
    let at = from;
    while (at < text.length) {
      const sighting = this.#look(text, at, isEnd);
      if (sighting.kind === 'undecided') break;
      if (sighting.kind === 'value') {
        concealed += text.slice(copied, at) + sighting.placeholder;
        copied = at + sighting.length;
      }
      at += sighting.kind === 'value' ? sighting.length : 1;
    }
    return { text: concealed + text.slice(copied, at), end: at };
  }

  #look(text: string, at: number, isEnd: boolean): Sighting {
    const { whole, unfinished } = this.#index.at(text, at);
    if (unfinished && !isEnd) return UNDECIDED;
    for (const form of whole) {
      const sighting = sight(form, text, at, isEnd);
      if (sighting.kind !== 'nothing') return sighting;
    }
    const left = text.length - at;
    if (!unfinished || unfinished.edges || left < TELLING) return NOTHING;
    return { kind: 'value', length: left, placeholder: unfinished.placeholder };
  }
}

/** Whether a form that stands there is a word of its own, if it has to be. */
function sight({ text: form, placeholder, edges }: ValueForm, text: string, at: number, isEnd: boolean): Sighting {
  const end = at + form.length;
  if (edges?.before.test(text.slice(Math.max(0, at - EDGE), at))) return NOTHING;
  if (edges && !isEnd && text.length < end + EDGE) return UNDECIDED;
  if (edges?.after.test(text.slice(end, end + EDGE))) return NOTHING;
  return { kind: 'value', length: form.length, placeholder };
}

/** One stream of output as it comes: what may be the beginning of a value waits for what follows. */
export class ConcealedStream {
  readonly #concealment: Concealment;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  /** Where the part of `#text` begins that was not handed on yet; before it is what decides about its first word. */
  #from = 0;

  constructor(concealment: Concealment) {
    this.#concealment = concealment;
  }

  write(chunk: Buffer): Buffer {
    // Nothing is searched for, so nothing is decoded either: binary output stays what it is.
    if (this.#concealment.isEmpty) return chunk;
    return this.#pass(this.#decoder.write(chunk), false);
  }

  /** What has waited, when nothing follows. */
  end(): Buffer {
    return this.#pass(this.#decoder.end(), true);
  }

  #pass(more: string, isEnd: boolean): Buffer {
    const whole = this.#text + more;
    const { text, end } = this.#concealment.scan(whole, this.#from, isEnd);
    this.#from = Math.min(end, EDGE);
    this.#text = whole.slice(end - this.#from);
    return Buffer.from(text);
  }
}
