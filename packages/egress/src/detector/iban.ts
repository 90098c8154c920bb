import type { SensitiveSpan } from './finding.ts';

const CANDIDATE = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g;
/** Lengths per country, of the IBAN registry. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 DK18 FO18 FI18 GL18 NL18 SD18 FK18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 MN20 CR22 CH21 HR21 LI21 LV21 ' +
    'BG22 BH22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 ' +
    'SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HU28 LB28 ' +
    'NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Bank account numbers: country, length and check digits (mod 97) agree. */
export function ibansIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  for (const { index, 0: found } of text.matchAll(CANDIDATE)) {
    const end = endOfIban(found);
    if (end > 0) spans.push({ start: index, end: index + end, kind: 'iban', rule: 'iban', tier: 'block' });
  }
  return spans;
}

/** Where the account number in `found` ends, which may be before a word that stands behind it; 0 where it is none. */
function endOfIban(found: string): number {
  const length = LENGTHS[found.slice(0, 2)] ?? 0;
  let end = 0;
  for (let count = 0; end < found.length && count < length; end += 1) if (found[end] !== ' ') count += 1;
  const iban = found.slice(0, end).replaceAll(' ', '');
  const isWhole = end === found.length || found[end] === ' ';
  return length > 0 && iban.length === length && isWhole && remainder(iban) === 1 ? end : 0;
}

function remainder(iban: string): number {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}
