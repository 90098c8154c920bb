/** A part of a text that must not leave, in UTF-16 units, and what people may call it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Finds what nobody has registered: keys, credentials, card numbers. Given by the composition root. */
export type Detector = (text: string) => readonly Span[];

/** The text with each span replaced by its label; overlapping spans become one. */
export function removeSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, label } of spans.toSorted(
    (left, right) => left.start - right.start || right.end - left.end,
  )) {
    if (end <= from) continue;
    // What overlaps the span before is part of the same secret and gets no label of its own.
    result += start >= from ? `${text.slice(from, start)}[removed: ${label}]` : '';
    from = end;
  }
  return result + text.slice(from);
}
