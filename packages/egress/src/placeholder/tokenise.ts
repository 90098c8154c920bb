import type { PlaceholderKind } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { PlaceholderVault } from './placeholder-vault.ts';

/** A part of a text, in UTF-16 units, that must not leave, and what it is. */
export interface SensitivePart {
  readonly start: number;
  readonly end: number;
  readonly kind: PlaceholderKind;
}

export interface Tokenised {
  readonly text: string;
  /** How many parts of each kind were replaced. */
  readonly redactions: Partial<Record<PlaceholderKind, number>>;
}

interface Placed {
  readonly text: string;
  /** Of the placeholder of each part. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
}

/** Texts that need more than two are made to. */
const MOST_ROUNDS = 8;

/** Where parts overlap, the whole is what comes first here. */
const strongestFirst: readonly PlaceholderKind[] = [
  'key',
  'secret',
  'card',
  'iban',
  'email',
  'host',
  'ip',
  'schema',
  'table',
  'column',
];

/**
 * The text with a placeholder of the run for every part, and nothing else changed. What has the form of a placeholder
 * without being one is replaced too: afterwards every placeholder in the text is one of this run (Invariant 10).
 */
export function tokenise(text: string, spans: readonly SensitivePart[], vault: PlaceholderVault): Tokenised {
  const { issued = [], forged = [] } = Object.groupBy(vault.occurrencesIn(text), (each) =>
    each.issued ? 'issued' : 'forged',
  );
  let parts = without(mergeParts([...spans, ...forged], text), issued);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const placed = place(text, parts, vault);
    const next = corrected(text, parts, placed, vault);
    if (!next) return { text: placed.text, redactions: countKinds(parts) };
    parts = next;
  }
  throw new EgressError('placeholder-forged', 'A text would leave with what looks like a placeholder and is none.');
}

/**
 * A placeholder changes what its neighbours look like, and they what it looks like. Where its own form would not be
 * recognised it takes that of a secret, which is, anywhere; what has come to look like one is replaced as well.
 */
function corrected(
  text: string,
  parts: readonly SensitivePart[],
  placed: Placed,
  vault: PlaceholderVault,
): SensitivePart[] | undefined {
  const occurrences = vault.occurrencesIn(placed.text);
  const seen = new Set(occurrences.filter(({ issued }) => issued).map(({ start }) => start));
  const fitting = parts.map((part, index): SensitivePart =>
    seen.has(placed.places[index]?.start ?? -1) ? part : { ...part, kind: 'secret' },
  );
  if (fitting.some(({ kind }, index) => kind !== parts[index]?.kind)) return fitting;
  const forged = occurrences.filter(({ issued }) => !issued);
  if (forged.length === 0) return undefined;
  const inText = forged.map(({ start, end, kind }) => ({
    start: inOriginal(start, parts, placed),
    end: inOriginal(end, parts, placed),
    kind,
  }));
  return mergeParts([...parts, ...inText], text);
}

/** Where a place of the replaced text, outside all placeholders, is in the original. */
function inOriginal(at: number, parts: readonly SensitivePart[], { places }: Placed): number {
  const index = places.findLastIndex(({ end }) => end <= at);
  return at - (places[index]?.end ?? 0) + (parts[index]?.end ?? 0);
}

function countKinds(parts: readonly SensitivePart[]): Tokenised['redactions'] {
  const redactions: Partial<Record<PlaceholderKind, number>> = {};
  for (const { kind } of parts) redactions[kind] = (redactions[kind] ?? 0) + 1;
  return redactions;
}

/** In order and without overlap: parts that overlap are one part of the strongest kind. */
function mergeParts(spans: readonly SensitivePart[], text: string): SensitivePart[] {
  const merged: SensitivePart[] = [];
  for (const { start, end, kind } of spans.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (start < 0 || end > text.length || start >= end)
      throw new RangeError(`A part from ${start} to ${end} is not in a text of ${text.length} characters.`);
    if (last && start < last.end)
      merged[merged.length - 1] = {
        start: last.start,
        end: Math.max(last.end, end),
        kind: strongestFirst.find((each) => each === kind || each === last.kind) ?? kind,
      };
    else merged.push({ start, end, kind });
  }
  return merged;
}

/** The parts without what is a placeholder already: it stands for its value whatever else looks like a secret there. */
function without(parts: readonly SensitivePart[], issued: readonly { start: number; end: number }[]): SensitivePart[] {
  const remaining: SensitivePart[] = [];
  let next = 0;
  for (const part of parts) {
    let { start } = part;
    for (; next < issued.length; next += 1) {
      const hole = issued[next];
      if (!hole || hole.start >= part.end) break;
      if (start < hole.start) remaining.push({ ...part, start, end: hole.start });
      start = Math.max(start, hole.end);
      if (hole.end > part.end) break;
    }
    if (start < part.end) remaining.push({ ...part, start });
  }
  return remaining;
}

function place(text: string, parts: readonly SensitivePart[], vault: PlaceholderVault): Placed {
  const places: { start: number; end: number }[] = [];
  let result = '';
  let from = 0;
  for (const { start, end, kind } of parts) {
    result += text.slice(from, start);
    const { placeholder } = vault.placeholderFor(kind, text.slice(start, end));
    places.push({ start: result.length, end: result.length + placeholder.length });
    result += placeholder;
    from = end;
  }
  return { text: result + text.slice(from), places };
}
