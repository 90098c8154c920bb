import type { Span } from './card-number.ts';

const beginning = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d/g;
const ending = /-----END [A-Z0-9 ]{0,40}-----|Private-MAC: [0-9a-f]+/g;

/** Private keys, each to its end line; one without an end reaches to the end of the text. Linear in the text. */
export function privateKeysIn(text: string): Span[] {
  const spans: Span[] = [];
  beginning.lastIndex = 0;
  for (let begin = beginning.exec(text); begin; begin = beginning.exec(text)) {
    ending.lastIndex = beginning.lastIndex;
    const end = ending.exec(text) ? ending.lastIndex : text.length;
    spans.push({ start: begin.index, end });
    beginning.lastIndex = end;
  }
  return spans;
}
