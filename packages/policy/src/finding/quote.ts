/** Text of a plan inside a sentence: printable, short, and in quotes, so that it cannot pose as our own words (Invariant 10). */
export function quote(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return `“${printable.length > 80 ? `${printable.slice(0, 77)}...` : printable}”`;
}
