import { EgressError } from '../error.ts';
import type { Span } from '../span.ts';
import { encodedForms } from './encoding.ts';

/** Shorter ones match by accident; guarding them badly would look like guarding them. */
const SHORTEST_VALUE = 8;
/** How much of a form is looked up before it is compared whole. */
const KEY_LENGTH = 8;
const FILTER_BITS = 20;

interface Form {
  readonly text: string;
  readonly label: string;
}

/**
 * Values that must not leave: matched exactly, in every encoding, in one pass over the text. The strongest layer of
 * the egress firewall, because it knows instead of guessing (Invariant 7).
 */
export class RegisteredValues {
  readonly #forms = new Map<string, Form[]>();
  readonly #prefixes = new Set<string>();
  /** One byte per hash of a key: most positions of a text end here. */
  readonly #filter = new Uint8Array(1 << FILTER_BITS);

  /** `label` names the value in what people read; it is a reference, never a part of the value. */
  register(label: string, value: string): void {
    if (value.length < SHORTEST_VALUE)
      throw new EgressError('value-too-short', `${label} has fewer than ${SHORTEST_VALUE} characters.`);
    for (const text of encodedForms(value)) if (text.length >= SHORTEST_VALUE) this.#add({ text, label });
  }

  #add(form: Form): void {
    const key = form.text.slice(0, KEY_LENGTH);
    const bucket = this.#forms.get(key) ?? [];
    if (bucket.some(({ text }) => text === form.text)) return;
    // The longest first: a value that begins with another one is removed whole.
    bucket.push(form);
    bucket.sort((left, right) => right.text.length - left.text.length);
    this.#forms.set(key, bucket);
    this.#filter[hashAt(key, 0)] = 1;
    for (let length = 1; length < KEY_LENGTH; length += 1) this.#prefixes.add(key.slice(0, length));
  }

  /** Every place where a value stands, in order. */
  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.#forms.size === 0) return spans;
    for (let at = 0; at <= text.length - KEY_LENGTH; at += 1) {
      if (this.#filter[hashAt(text, at)] === 0) continue;
      const form = this.#forms.get(text.slice(at, at + KEY_LENGTH))?.find((each) => text.startsWith(each.text, at));
      if (form) spans.push({ start: at, end: at + form.text.length, label: form.label });
    }
    return spans;
  }

  /** From where on the end of the text could be the beginning of a value; the text's length when it cannot. */
  openFrom(text: string, longest = 16_384): number {
    for (let at = Math.max(0, text.length - longest); at < text.length; at += 1) {
      const rest = text.slice(at);
      if (rest.length < KEY_LENGTH) {
        if (this.#prefixes.has(rest)) return at;
      } else if (
        this.#filter[hashAt(text, at)] !== 0 &&
        this.#forms.get(rest.slice(0, KEY_LENGTH))?.some((form) => form.text.startsWith(rest))
      )
        return at;
    }
    return text.length;
  }
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < KEY_LENGTH; offset += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at + offset)) | 0;
  return (hash ^ (hash >>> FILTER_BITS)) & ((1 << FILTER_BITS) - 1);
}
