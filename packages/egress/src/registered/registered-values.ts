import { EgressError } from '../error.ts';
import type { Span } from '../span.ts';
import { packedRuns, unpackingAllowanceFor, type UnpackingAllowance } from './compressed-run.ts';
import { encodedForms } from './encoding.ts';
import { KEY_LENGTH, PatternIndex } from './pattern-index.ts';
import { readingsOf } from './reading.ts';
import { indicesWithoutWhiteSpace, originOf, textOf, withoutWhiteSpace, type TextView } from './text-view.ts';
import { squeezed } from './white-space.ts';

/** Shorter ones match by accident; guarding them badly would look like guarding them. */
const SHORTEST_VALUE = 8;
const DEEPEST_PACKING = 5;
const UNREADABLE = 'compressed data that cannot be looked into';

/**
 * Values that must not leave: matched exactly, in every encoding and in encodings of encodings, in time linear in the
 * text. The strongest layer of the egress guard, because it knows instead of guessing (Invariant 7).
 */
export class RegisteredValues {
  readonly #patterns = new PatternIndex();
  readonly #labels: string[] = [];

  /** How many encoded forms are looked for. */
  get patternCount(): number {
    return this.#patterns.size;
  }

  /** `label` names the value in what people read; it is a reference, never a part of the value. */
  register(label: string, value: string): void {
    if (squeezed(value).length < SHORTEST_VALUE)
      throw new EgressError(
        'value-too-short',
        `${label} has fewer than ${SHORTEST_VALUE} characters that are no space.`,
      );
    const index = this.#labels.push(label) - 1;
    for (const form of encodedForms(value)) if (form.length >= KEY_LENGTH) this.#patterns.add(form, index);
  }

  /** Every place where a value stands, in order; places of one value that overlap are one. */
  find(text: string): Span[] {
    return this.#find(text, unpackingAllowanceFor(text), 0);
  }

  /** The same for the exact bytes of a body, in UTF-16 units of what they say. */
  findInBytes(body: Uint8Array): Span[] {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    } catch {
      throw new EgressError(
        'bytes-unreadable',
        'The bytes to be sent are no UTF-8, so nobody can look for values in them.',
      );
    }
    return this.find(text);
  }

  #find(text: string, allowance: UnpackingAllowance, depth: number): Span[] {
    if (this.#patterns.size === 0) return [];
    const spans: Span[] = [];
    for (const view of readingsOf(text, this.#patterns.longest)) {
      const matches = this.#patterns.find(withoutWhiteSpace(view));
      // Nearly every text has none, and then nobody needs to know what stands where.
      const indices = matches.length === 0 ? new Uint32Array() : indicesWithoutWhiteSpace(view);
      for (const { start, end, label } of matches)
        spans.push({
          start: originOf(view, indices[start] ?? 0),
          end: originOf(view, (indices[end - 1] ?? 0) + 1),
          label: this.#labels[label] ?? '',
        });
      for (const packed of this.#findPacked(view, view.origins ? textOf(view) : text, allowance, depth))
        spans.push({ ...packed, start: originOf(view, packed.start), end: originOf(view, packed.end) });
    }
    return mergedByLabel(spans);
  }

  #findPacked(view: TextView, text: string, allowance: UnpackingAllowance, depth: number): Span[] {
    return [...packedRuns(view, text, allowance)].flatMap(({ start, end, content }) => {
      const label =
        content.kind === 'unreadable' || depth === DEEPEST_PACKING
          ? UNREADABLE
          : this.#find(content.text, allowance, depth + 1)[0]?.label;
      return label === undefined ? [] : [{ start, end, label }];
    });
  }

  /** From where on the end of the text could be the beginning of a value; the text's length when it cannot. */
  openFrom(text: string, longest = 16_384): number {
    if (this.#patterns.size === 0) return text.length;
    const from = Math.max(0, text.length - longest);
    const tail = text.slice(from);
    const packed = /H4sI[A-Za-z0-9+/_\s\\-]*$/.exec(tail)?.index ?? tail.length;
    let open = packed;
    for (const view of readingsOf(tail, this.#patterns.longest)) {
      const units = withoutWhiteSpace(view);
      const at = this.#patterns.openFrom(units);
      if (at < units.length) open = Math.min(open, originOf(view, indicesWithoutWhiteSpace(view)[at] ?? 0));
    }
    return from + open;
  }
}

function mergedByLabel(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  const last = new Map<string, number>();
  for (const span of spans.toSorted((left, right) => left.start - right.start || right.end - left.end)) {
    const index = last.get(span.label);
    const before = index === undefined ? undefined : merged[index];
    if (index !== undefined && before && span.start < before.end)
      merged[index] = { ...before, end: Math.max(before.end, span.end) };
    else last.set(span.label, merged.push(span) - 1);
  }
  return merged;
}
