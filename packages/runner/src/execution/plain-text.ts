/** Terminal sequences: CSI, then OSC and the other strings if they are terminated on their line, then the short ones. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/g;
/** Control characters but tab and newline, and what is invisible or turns the direction of writing. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * What a command wrote, as text that can be shown in a terminal or chat: nothing in it moves a cursor, hides other text
 * or pretends to be somebody else's (Invariant 10). A sequence that is not terminated loses its beginning only, so that
 * nobody can hide what follows.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(SEQUENCE, '').replaceAll(UNPRINTABLE, '');
}
