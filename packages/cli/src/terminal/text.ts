/** C0, C1 and DEL, and what no reader sees: bidirectional overrides, zero-width and tag characters. */
const unsafe =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
/** Escape sequences as a whole: without their ESC the rest would be left over as litter. */
const escapeSequence =
  // oxlint-disable-next-line no-control-regex -- ESC and BEL are what it looks for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b./gu;

/** One line of text that can neither move the cursor nor pretend to be another line (Invariant 10). */
export function plainText(text: string): string {
  return text
    .replace(escapeSequence, '')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(unsafe, '')
    .toWellFormed();
}

/** The lines of a text, each of them plain; empty ones are left out. */
export function plainLines(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => plainText(line).trimEnd())
    .filter((line) => line !== '');
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u;

const widthOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : /^\p{Mark}/u.test(grapheme) ? 0 : 1);

/** Columns that plain text takes. */
export function textWidth(text: string): number {
  // Plain ASCII is the common case and needs no segmenter.
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  return Array.from(segments.segment(text)).reduce((width, { segment }) => width + widthOf(segment), 0);
}

/** Cuts plain text to a number of columns; an ellipsis says that something is missing. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let taken = '';
  let width = 0;
  for (const { segment } of segments.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    taken += segment;
  }
  return columns < 1 ? '' : `${taken.trimEnd()}…`;
}

/** Breaks plain text at spaces into lines of at most `columns`; a longer word is broken where it has to be. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, columns))) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  if (textWidth(word) <= columns) return [word];
  const found: string[] = [];
  let piece = '';
  for (const { segment } of segments.segment(word)) {
    if (textWidth(piece) + widthOf(segment) > columns && piece !== '') {
      found.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...found, piece];
}
