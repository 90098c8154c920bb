/** What lines between a BEGIN and an END line consist of, inside string literals as well. */
const ARMOUR_LINE =
  /^[\s"'`+\\>|,;()#*/-]*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z0-9+/]{1,80}={0,2}|[A-Z][A-Za-z-]{3,30}: .{0,120})?[\s"'`+\\nr,;()]*$/;
/** Spelt out inside string literals. */
const END_OF_LINE = /\n|\r|\\[nr]/g;
const LONGEST_LINE = 200;
const LONGEST_ARMOUR = 16_384;

/** Where lines from `from` on stop looking like part of an armoured key or certificate. */
export function armourEndAfter(text: string, from: number): number {
  const body = text.slice(from, from + LONGEST_ARMOUR);
  let end = 0;
  for (const match of body.matchAll(END_OF_LINE)) {
    if (!isArmourLine(body.slice(end, match.index))) return from + end;
    end = match.index + match[0].length;
  }
  return from + (isArmourLine(body.slice(end)) ? body.length : end);
}

/** Where the lines before `at` begin to look like part of one. */
export function armourStartBefore(text: string, at: number): number {
  const limit = Math.max(0, at - LONGEST_ARMOUR);
  let start = at;
  for (;;) {
    const lineStart = text.lastIndexOf('\n', start - 2) + 1;
    if (start <= limit || lineStart >= start || start - lineStart > LONGEST_LINE) return start;
    if (!isArmourLine(text.slice(lineStart, start))) return start;
    start = lineStart;
  }
}

function isArmourLine(line: string): boolean {
  return line.length <= LONGEST_LINE && ARMOUR_LINE.test(line);
}
