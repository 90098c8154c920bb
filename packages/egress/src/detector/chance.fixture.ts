const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const MIXED = `${LETTERS}${LETTERS.toUpperCase()}0123456789`;

/** Values as generators of passwords give them, the same ones for a seed; made here so that none lies in the tree. */
export function chance(seed: number): {
  word(length: number): string;
  key(length: number): string;
  hex(length: number): string;
} {
  let state = (seed * 2_654_435_761 + 97) >>> 0;
  const next = (below: number): number => {
    // Mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const draw = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[next(alphabet.length)]).join('');
  return {
    word: (length) => draw(LETTERS, length),
    /** Always with a letter, then a digit, so that it is what it looks like. */
    key: (length) => `${draw(LETTERS, 1)}${next(8) + 2}${draw(MIXED, length - 2)}`,
    hex: (length) => draw('0123456789abcdef', length),
  };
}
