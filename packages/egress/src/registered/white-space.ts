/** Folding, wrapping and indenting put white space into values: it counts neither in a value nor in a text. */
export function squeezed(text: string): string {
  return text.replaceAll(/[\t-\r ]/g, '');
}

export function isWhiteSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}
