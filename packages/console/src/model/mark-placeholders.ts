import { resemblancesIn } from '@duovir/protocol';

export interface Marked {
  readonly text: string;
  readonly isPlaceholder: boolean;
}

/** A text in parts: what was said, and what stands where a value stood. */
export function markPlaceholders(text: string): Marked[] {
  const parts: Marked[] = [];
  let from = 0;
  for (const { start, end } of resemblancesIn(text)) {
    parts.push({ text: text.slice(from, start), isPlaceholder: false });
    parts.push({ text: text.slice(start, end), isPlaceholder: true });
    from = end;
  }
  return [...parts, { text: text.slice(from), isPlaceholder: false }].filter((part) => part.text !== '');
}
