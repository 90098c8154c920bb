import type { FindingCheck, Json } from '@duovir/protocol';

/** A pointer of this length may have been cut, and nobody knows what it meant. */
const CUT_AT = 256;
const LONGEST_TEXT = 512;

/** Confirmed while this text stands at that place. Undefined where nobody could ask that. */
export function contains(at: string, text: string): FindingCheck | undefined {
  if (at.length >= CUT_AT || text === '' || text.length > LONGEST_TEXT) return undefined;
  return { means: 'query', query: { at, is: 'containing', text } };
}

/** Confirmed while exactly this stands at that place. */
export function equals(at: string, value: Json): FindingCheck | undefined {
  return at.length >= CUT_AT ? undefined : { means: 'query', query: { at, is: 'equal', value } };
}
