/** How much of a line is looked at: lines may be as long as the text, and every name in them asks for its own. */
const LONGEST_LINE = 400;

/** Where the line of `at` begins, or where the part of it that is looked at does. */
export function lineStartBefore(text: string, at: number): number {
  const limit = Math.max(0, at - LONGEST_LINE);
  let start = at;
  while (start > limit && text[start - 1] !== '\n') start -= 1;
  return start;
}

/** Where the line of `at` ends, or where the part of it that is looked at does. */
export function lineEndAfter(text: string, at: number): number {
  const limit = Math.min(text.length, at + LONGEST_LINE);
  let end = at;
  while (end < limit && text[end] !== '\n') end += 1;
  return end;
}
