import type { SensitiveSpan } from './finding.ts';

const BEGINNING = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:/g;
/** PEM in base64: its first line always gives these characters. */
const ENCODED_BEGINNING =
  /LS0tLS1CRUdJTi[A-Za-z0-9+/]{0,40}(?:UFJJVkFURSBLRVkt|BSSVZBVEUgS0VZL|QUklWQVRFIEtFWS)[A-Za-z0-9+/]{20,16384}={0,2}/g;
/** Spelt out inside string literals. */
const END_OF_LINE = /\n|\r|\\[nr]/g;
const ENDING = /-----END [A-Z0-9 ]{0,40}-----|Private-MAC: [0-9a-f]{1,128}/g;
/** What lines of a key consist of, inside string literals as well. */
const KEY_LINE =
  /^[\s"'`+\\>|,;()#*/-]*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/]{1,80}={0,2}|[A-Z][A-Za-z-]{3,30}: .{0,120})?[\s"'`+\\nr,;()]*$/;
const LONGEST_LINE = 200;
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
  for (const { index, 0: found } of text.matchAll(ENCODED_BEGINNING))
    spans.push({ start: index, end: index + found.length, kind: 'key', rule: 'encoded-private-key', tier: 'block' });
  return spans;
}

function endOf(text: string, from: number): number {
  ENDING.lastIndex = from;
  const ending = ENDING.exec(text.slice(0, from + LONGEST_KEY));
  const next = text.indexOf('-----BEGIN ', from);
  if (ending && (next < 0 || ending.index < next)) return ENDING.lastIndex;
  return endOfKeyLines(text, from);
}

/** Without an end line a key ends where lines stop looking like one. */
function endOfKeyLines(text: string, from: number): number {
  const body = text.slice(from, from + LONGEST_KEY);
  let end = 0;
  for (const match of body.matchAll(END_OF_LINE)) {
    const line = body.slice(end, match.index);
    if (line.length > LONGEST_LINE || !KEY_LINE.test(line)) return from + end;
    end = match.index + match[0].length;
  }
  const rest = body.slice(end);
  return from + (rest.length <= LONGEST_LINE && KEY_LINE.test(rest) ? body.length : end);
}

/** A heading with dots or stars below it is an example. */
function bodyLength(body: string): number {
  return (
    body.match(/[A-Za-z0-9+/]{16,}/g)?.reduce((sum, run) => sum + (new Set(run).size > 5 ? run.length : 0), 0) ?? 0
  );
}
