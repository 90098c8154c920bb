import { createHmac, timingSafeEqual } from 'node:crypto';
import { commitTo, resemblancesIn, type Digest, type PlaceholderKind, type Resemblance } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import { documentationAddress, documentationAddress6 } from './documentation-address.ts';
import { stemOf, writePlaceholder } from './placeholder-form.ts';

/** A placeholder of a run and what it stands for. `value` and `salt` stay with the server and, for a step, the runner. */
export interface Issued {
  readonly placeholder: string;
  readonly kind: PlaceholderKind;
  readonly value: string;
  /** 32 bytes, hex. */
  readonly salt: string;
  /** `commitTo(salt, value)` */
  readonly commitment: Digest;
}

/** A place in a text that has the form of a placeholder; without `issued` it is a forgery. */
export interface PlaceholderOccurrence extends Resemblance {
  readonly issued: Issued | undefined;
}

/**
 * The placeholders of one run: the same value has the same one for every agent, and another run has others. A tag keyed
 * with the run's secret covers kind, number and value, so that no text can name a value it was not given (Invariant 10).
 */
export class PlaceholderVault {
  readonly #key: Uint8Array;
  readonly #byValue = new Map<string, Issued>();
  readonly #byStem = new Map<string, Issued>();
  readonly #count = new Map<PlaceholderKind, number>();
  #added: Issued[] = [];

  /** `key` has 32 bytes; `issued` is what the run has stored before, in the order it was issued. */
  constructor(key: Uint8Array, issued: readonly Issued[] = []) {
    if (key.length !== 32) throw new RangeError('The key of a placeholder vault has 32 bytes.');
    this.#key = Uint8Array.from(key);
    for (const each of issued) this.#takeBack(each);
  }

  placeholderFor(kind: PlaceholderKind, value: string): Issued {
    const known = this.#byValue.get(`${kind}\0${value}`);
    if (known) return known;
    const issued = this.#issue(kind, value);
    this.#remember(issued);
    this.#added.push(issued);
    return issued;
  }

  /** What was issued since the last call. To be stored before a text with it leaves: nobody else can restore it. */
  added(): Issued[] {
    const added = this.#added;
    this.#added = [];
    return added;
  }

  /** What has the form of a placeholder in the text from `from` on, in order. */
  occurrencesIn(text: string, from = 0): PlaceholderOccurrence[] {
    return resemblancesIn(text, from).map((resemblance) => ({
      ...resemblance,
      issued: this.#issuedAs(resemblance.written),
    }));
  }

  /** The placeholders of this run that a text uses, each once. */
  issuedIn(text: string): readonly Issued[] {
    return [...new Set(this.occurrencesIn(text).flatMap(({ issued }) => issued ?? []))];
  }

  /** What has the form of a placeholder and was never issued in this run: forgeries, each once. */
  unknownIn(text: string): string[] {
    const unknown = this.occurrencesIn(text).filter(({ issued }) => !issued);
    return [...new Set(unknown.map(({ start, end }) => text.slice(start, end)))];
  }

  /** The text with every placeholder replaced by its value. Only for where values may be: the runner and tests. */
  restore(text: string): string {
    let restored = '';
    let from = 0;
    for (const { start, end, issued } of this.occurrencesIn(text)) {
      if (!issued)
        throw new EgressError('placeholder-forged', `${text.slice(start, end)} was never issued in this run.`);
      restored += text.slice(from, start) + issued.value;
      from = end;
    }
    return restored + text.slice(from);
  }

  #issuedAs(written: string): Issued | undefined {
    const issued = this.#byStem.get(stemOf(written));
    return issued && sameText(issued.placeholder, written) ? issued : undefined;
  }

  #issue(kind: PlaceholderKind, value: string): Issued {
    const number = (this.#count.get(kind) ?? 0) + 1;
    // Derived, not drawn: a step that is repeated after a crash commits to the same.
    const salt = this.#keyed('salt', kind, value).toString('hex');
    return {
      placeholder: this.#placeholder(kind, number, value),
      kind,
      value,
      salt,
      commitment: commitTo(salt, value),
    };
  }

  #placeholder(kind: PlaceholderKind, number: number, value: string): string {
    const tag = this.#keyed('tag', kind, String(number), value);
    if (kind !== 'ip') return writePlaceholder(kind, number, tag.toString('hex'));
    if (value.includes(':')) return documentationAddress6(number, tag);
    return documentationAddress(
      this.#keyed('address', value),
      // An address that itself stands in the texts of the run must not stand for another.
      (address) => this.#byStem.has(address) || this.#byValue.has(`ip\0${address}`),
    );
  }

  /** Stored placeholders are checked like anything that was out of hand: a changed one would restore a wrong value. */
  #takeBack(issued: Issued): void {
    const expected = this.#issue(issued.kind, issued.value);
    if (!sameText(expected.placeholder, issued.placeholder) || expected.commitment !== issued.commitment)
      throw new EgressError('vault-damaged', `The stored placeholder ${issued.placeholder} is not of this run's key.`);
    this.#remember(issued);
  }

  #remember(issued: Issued): void {
    this.#byValue.set(`${issued.kind}\0${issued.value}`, issued);
    this.#byStem.set(stemOf(issued.placeholder), issued);
    this.#count.set(issued.kind, (this.#count.get(issued.kind) ?? 0) + 1);
  }

  #keyed(...parts: readonly string[]): Buffer {
    return createHmac('sha256', this.#key)
      .update(['duovir/placeholder/v1', ...parts].join('\0'))
      .digest();
  }
}

function sameText(left: string, right: string): boolean {
  const bytes = Buffer.from(left);
  const others = Buffer.from(right);
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}
