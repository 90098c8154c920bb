import * as z from 'zod';

/** Terminal sequences: CSI, then OSC and the other strings if they are terminated on their line, then the short ones. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/g;
/**
 * Control characters but tab and newline, and what is invisible or turns the direction of writing: zero-width, bidi and
 * tag characters, fillers, and the variation selectors in which whole texts have been hidden from people.
 */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these characters are the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * What a command or a model wrote, as text that can be shown to people and models: nothing in it moves a cursor, hides
 * other text or pretends to be somebody else's (Invariant 10). A sequence that is not terminated loses its beginning
 * only, so that nobody can hide what follows.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(SEQUENCE, '').replaceAll(UNPRINTABLE, '');
}

/** Whether people see all of it. The line ends of other systems are no deception. */
export function isPlainText(text: string): boolean {
  return plainText(text) === text.replaceAll(/\r\n?/g, '\n');
}

/** Words for people to read; what they could not see is refused, because digests are over what was written. */
export function plainTextSchema(longest: number): z.ZodString {
  return z.string().max(longest).refine(isPlainText, 'control or invisible characters');
}
