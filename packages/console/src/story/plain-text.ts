/** Sequences a terminal would act on: colours and the like, titles, and single escapes. */
// oxlint-disable-next-line no-control-regex -- the control characters are the point
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.?)/gs;

/** Characters that nobody sees, or that change in which order others are seen. */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Text that came from commands, models or other people, such that what a person reads is what is there: what would be
 * invisible or turn the order of words around is written out.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(TERMINAL, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
