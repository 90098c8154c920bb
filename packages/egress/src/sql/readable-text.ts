/** A value of several lines as prompts show it: under its JSON pointer, behind a margin. */
const shownLines = /^\[[^\]\n]*\]\n(?:\|(?: [^\n]*)?(?:\n|$))+/gm;
const margin = /^\| ?/gm;
/** White space as JSON, YAML and programs write it inside a string. */
const escapedSpace = /\\+[nrt]/g;

/** The text with white space for what only carriers have put into it: margins and escapes. Every place is where it was. */
export function readableText(text: string): string {
  const lines = text.includes('\n|') ? text.replaceAll(shownLines, (shown) => shown.replaceAll(margin, blank)) : text;
  return lines.includes('\\') ? lines.replaceAll(escapedSpace, blank) : lines;
}

function blank(mark: string): string {
  return ' '.repeat(mark.length);
}
