import { letterCost } from './wordness.ts';

/** Bits a character has to cost on average before a value looks drawn by chance rather than written by a person. */
const RANDOM_BITS = 4.6;
/** In so few characters chance and words look alike. */
const SHORTEST_RANDOM = 4;
const DIGIT_BITS = Math.log2(10);
const SWITCH_BITS = 2.5;
const PIECE = /[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+|[^A-Za-z\d]+/g;

/** Shannon entropy of the characters, in bits per character. Never more than log2 of the length. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / value.length) * Math.log2(count / value.length);
  return sum;
}

/** How surprising a value is to a reader of words, in bits per character. */
export function surprise(value: string): number {
  const pieces = value.match(PIECE) ?? [];
  let sum = 0;
  for (const [index, piece] of pieces.entries()) sum += costOf(piece, index, pieces.length);
  return sum / value.length;
}

function costOf(piece: string, index: number, count: number): number {
  const first = piece.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    // A number at the end of a word is what people write; one between letters is not.
    const isInside = index > 0 && index < count - 1;
    return isInside ? piece.length * DIGIT_BITS + 2 * SWITCH_BITS : piece.length * 2;
  }
  if (/[A-Za-z]/.test(piece))
    return letterCost(piece.toLowerCase()) * piece.length + (piece.length < 3 ? SWITCH_BITS : 0);
  // Letters of other alphabets: neither counted as words nor as chance.
  if (first > 127) return piece.length * 3.5;
  return piece.length === 1 && /[-_./: ]/.test(piece) ? 3 : piece.length * 4;
}

/** Whether a value was rather drawn by chance than written. */
export function looksRandom(value: string): boolean {
  return value.length >= SHORTEST_RANDOM && surprise(value) >= RANDOM_BITS && entropy(value) >= 1.5;
}
