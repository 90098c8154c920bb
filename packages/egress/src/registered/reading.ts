import { undoBackslashes } from './backslash-escape.ts';
import { undoReferences } from './character-reference.ts';
import { undoForms, undoPercents } from './percent-escape.ts';
import { undoQuotes } from './quote-escape.ts';
import { viewOf, type TextView } from './text-view.ts';

/** JSON in JSON in JSON, or a URL in HTML in JSON. */
const DEEPEST = 3;
const undoings = [undoBackslashes, undoQuotes, undoPercents, undoForms, undoReferences];

/**
 * The text as it stands, and with escapes undone in every order, because nobody knows which program escaped first. What
 * comes out the same twice is read once, and nothing that is farther than `reach` from every escape.
 */
export function* readingsOf(text: string, reach: number): Generator<TextView> {
  yield* readingsFrom(viewOf(text), reach, 0, new Set());
}

function* readingsFrom(view: TextView, reach: number, depth: number, seen: Set<number>): Generator<TextView> {
  yield view;
  if (depth === DEEPEST) return;
  for (const undo of undoings) {
    const inner = undo(view, reach);
    if (!inner) continue;
    const content = fingerprint(inner.units);
    if (seen.has(content)) continue;
    seen.add(content);
    yield* readingsFrom(inner, reach, depth + 1, seen);
  }
}

/** 53 bits from two hashes of different kinds: one alone could be made to collide by who writes the text. */
function fingerprint(units: Uint16Array): number {
  let low = 0x81_1c_9d_c5;
  let high = units.length;
  for (let at = 0; at < units.length; at += 1) {
    const unit = units[at] ?? 0;
    low = Math.imul(low ^ unit, 0x01_00_01_93);
    high = Math.imul((high << 7) ^ (high >>> 11) ^ unit, 0x85_eb_ca_6b);
  }
  return (low >>> 0) + (high & 0x1f_ff_ff) * 2 ** 32;
}
