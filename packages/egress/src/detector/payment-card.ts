import { luhnHolds } from '@duovir/protocol';
import type { SensitiveSpan } from './finding.ts';

/** Issuer prefix and length of the card schemes: Luhn alone takes every tenth number for a card. */
const SCHEMES =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|9792\d{12})$/;
const CANDIDATE =
  /(?<![\dA-Za-z.,+_-])\d{4}(?:\d{8,15}|([ -])\d{4}\1\d{4}\1\d{1,7}|([ -])\d{6}\2\d{4,5})(?![\dA-Za-z_]|[.,-]\d)/g;
/** Visa's 19 digits are rare and as long as a time in nanoseconds: they need a word that says so. */
const LONG_CARD = 19;
const CARD_WORD = /card|pan\b|visa|account.?number/i;
const CONTEXT = 80;

/** Primary account numbers: issuer, length, grouping and check digit agree, and no digit or letter adjoins. */
export function paymentCardsIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  for (const { index, 0: found } of text.matchAll(CANDIDATE)) {
    const digits = found.replaceAll(/[ -]/g, '');
    if (!SCHEMES.test(digits) || !luhnHolds(digits) || new Set(digits).size < 3) continue;
    if (digits.length === LONG_CARD && !CARD_WORD.test(text.slice(Math.max(0, index - CONTEXT), index))) continue;
    spans.push({ start: index, end: index + found.length, kind: 'card', rule: 'payment-card', tier: 'block' });
  }
  return spans;
}
