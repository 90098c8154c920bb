import { luhnHolds } from '@duovir/protocol';

/** Issuer prefix and length of the card schemes; Luhn alone would take every tenth number for a card. */
const schemes =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17})$/;
const candidates = /(?<![\dA-Za-z.])\d{4}(?:([ -]?)\d{4,6}(?:\1\d{4,7}){1,3})(?![\dA-Za-z]|\.\d)/g;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Primary account numbers: scheme, length and Luhn agree, and no digit or letter adjoins. */
export function cardNumbersIn(text: string): Span[] {
  const spans: Span[] = [];
  if (!/\d(?:[ -]?\d){12}/.test(text)) return spans;
  for (const match of text.matchAll(candidates)) {
    const digits = match[0].replaceAll(/[ -]/g, '');
    if (schemes.test(digits) && luhnHolds(digits))
      spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
}
