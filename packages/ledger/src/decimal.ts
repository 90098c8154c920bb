const CANONICAL = /^(?:0|[1-9]\d{0,15})$/;

/**
 * A canonical ASCII decimal below 2^53, else undefined. Whoever sends a log or a proof chooses these numbers, so
 * signs, leading zeroes, exponents and values that a double would round are all refused.
 */
export function parseDecimal(text: string): number | undefined {
  if (!CANONICAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
