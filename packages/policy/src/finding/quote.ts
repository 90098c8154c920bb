import { beginningOf } from '@duovir/protocol';

const LONGEST = 80;
/** What people could not see, and our own quotation marks. Letters of any script stay: a secret with one is known by it. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-misleading-character-class -- variation selectors are the point
  /[^\p{L}\p{N}\p{M}\p{P}\p{S} ]|[“”\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/**
 * Text of a plan inside a sentence: printable, short, and in quotes, so that it cannot pose as our own words (Invariant
 * 10). It is cut between words, because models read it too, and no guard knows half a secret (Invariant 7).
 */
export function quote(text: string): string {
  const printable = text.toWellFormed().replaceAll(UNPRINTABLE, '?');
  return `“${printable.length > LONGEST ? `${beginningOf(printable, LONGEST - 3)}...` : printable}”`;
}
