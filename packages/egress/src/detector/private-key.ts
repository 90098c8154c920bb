import { armourEndAfter, armourStartBefore } from './armour.ts';
import type { SensitiveSpan } from './finding.ts';

const BEGINNING = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:/g;
/** PEM in base64: its first line always gives these characters. */
const ENCODED_BEGINNING =
  /LS0tLS1CRUdJTi[A-Za-z0-9+/]{0,40}(?:UFJJVkFURSBLRVkt|BSSVZBVEUgS0VZL|QUklWQVRFIEtFWS)[A-Za-z0-9+/]{20,16384}={0,2}/g;
const ENDING = /-----END [A-Z0-9 ]{0,40}-----|Private-MAC: [0-9a-f]{1,128}/g;
const PRIVATE_ENDING = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const LONGEST_KEY = 16_384;
const SHORTEST_BODY = 40;

/** Private keys with all their lines, also where they stand in string literals and where the end line is missing. */
export function privateKeysIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  BEGINNING.lastIndex = 0;
  for (let begin = BEGINNING.exec(text); begin; begin = BEGINNING.exec(text)) {
    const bodyStart = BEGINNING.lastIndex;
    const end = endOf(text, bodyStart);
    const isReal = bodyLength(text.slice(bodyStart, end)) >= SHORTEST_BODY;
    if (isReal) spans.push({ start: begin.index, end, kind: 'key', rule: 'private-key', tier: 'block' });
    BEGINNING.lastIndex = Math.max(end, bodyStart);
  }
  const closed = new Set(spans.map(({ end }) => end));
  spans.push(...unopenedKeysIn(text).filter(({ end }) => !closed.has(end)));
  for (const { index, 0: found } of text.matchAll(ENCODED_BEGINNING))
    spans.push({ start: index, end: index + found.length, kind: 'key', rule: 'encoded-private-key', tier: 'block' });
  return spans;
}

/** Keys of which the first line is cut off, as in the last lines of a file. */
function* unopenedKeysIn(text: string): Generator<SensitiveSpan> {
  for (const { index, 0: found } of text.matchAll(PRIVATE_ENDING)) {
    const start = armourStartBefore(text, text.lastIndexOf('\n', index) + 1);
    const end = index + found.length;
    if (bodyLength(text.slice(start, end)) >= SHORTEST_BODY)
      yield { start, end, kind: 'key', rule: 'private-key', tier: 'block' };
  }
}

function endOf(text: string, from: number): number {
  ENDING.lastIndex = from;
  const ending = ENDING.exec(text.slice(0, from + LONGEST_KEY));
  const next = text.indexOf('-----BEGIN ', from);
  if (ending && (next < 0 || ending.index < next)) return ENDING.lastIndex;
  return armourEndAfter(text, from);
}

/** A heading with dots or stars below it is an example. */
function bodyLength(body: string): number {
  return (
    body.match(/[A-Za-z0-9+/]{16,}/g)?.reduce((sum, run) => sum + (new Set(run).size > 5 ? run.length : 0), 0) ?? 0
  );
}
