const SPACE = /\s/;

/**
 * The beginning of a text that is too long, up to the last whole word. The guard knows a secret by all of it: a cut in
 * the middle of one would let the rest pass (Invariant 7).
 */
export function beginningOf(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let end = longest;
  while (end > 0 && !SPACE.test(text.charAt(end))) end -= 1;
  return text.slice(0, end).trimEnd();
}

/** The end of a text that is too long, from the first whole word on. */
export function endOf(text: string, longest: number): string {
  if (text.length <= longest) return text;
  let start = text.length - longest;
  while (start < text.length && !SPACE.test(text.charAt(start - 1))) start += 1;
  return text.slice(start);
}
