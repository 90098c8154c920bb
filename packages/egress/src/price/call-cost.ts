import type { Amount } from '../budget/amount.ts';
import type { Price, Rates } from './price.ts';

/** The most a call can be, before it is made. */
export interface CallSize {
  /** UTF-8 bytes of the whole serialised request. */
  readonly bodyBytes: number;
  /** What the request limits the answer to, reasoning included. */
  readonly maxOutputTokens: number;
}

/**
 * What a provider reports for one call. The parts do not overlap. A part that the provider has no notion of is 0, one
 * that it should have reported and has not is undefined.
 */
export interface TokenUsage {
  /** Prompt tokens that were neither read from a cache nor written to one. */
  readonly input: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  /** Tokens of the answer itself. */
  readonly output: number | undefined;
  readonly reasoning: number | undefined;
}

/**
 * The worst case of a call (Invariant 8). Byte-level tokenizers make no token of less than a byte, so the bytes of the
 * body bound its tokens for every vendor, and hold for tokenizers that are not public; the highest rate that so many
 * tokens can meet bounds the money.
 */
export function boundOf({ bodyBytes, maxOutputTokens }: CallSize, price: Price): Amount {
  const possible = price.filter(({ above }) => above === 0 || above < bodyBytes);
  const input = Math.max(...possible.flatMap((rates) => [rates.input, rates.cacheRead, rates.cacheWrite]));
  const output = Math.max(...possible.map((rates) => rates.output));
  return {
    tokens: bodyBytes + maxOutputTokens,
    microUsd: money([
      [bodyBytes, input],
      [maxOutputTokens, output],
    ]),
  };
}

/** What a call has cost; undefined when any part of it is not known or absurd, so that its bound is booked instead. */
export function costOf(usage: TokenUsage, price: Price): Amount | undefined {
  const { input, cacheRead, cacheWrite, output, reasoning } = usage;
  const parts = [input, cacheRead, cacheWrite, output, reasoning];
  if (!parts.every((part) => part !== undefined && Number.isSafeInteger(part) && part >= 0)) return undefined;
  const [fresh = 0, read = 0, written = 0, answered = 0, thought = 0] = parts;
  const rates = ratesFor(price, fresh + read + written);
  const cost = {
    tokens: fresh + read + written + answered + thought,
    microUsd: money([
      [fresh, rates.input],
      [read, rates.cacheRead],
      [written, rates.cacheWrite],
      [answered, rates.output],
      [thought, rates.output],
    ]),
  };
  // Parts that are numbers may add up to what is none any more.
  return Number.isSafeInteger(cost.tokens) && Number.isSafeInteger(cost.microUsd) ? cost : undefined;
}

function ratesFor(price: Price, promptTokens: number): Rates {
  return price.findLast(({ above }) => above < promptTokens) ?? price[0];
}

/** Rounded up to a whole micro-dollar, once. In whole numbers: tokens times rates exceed what a double counts exactly. */
function money(parts: readonly (readonly [tokens: number, rate: number])[]): number {
  const sum = parts.reduce((total, [tokens, rate]) => total + BigInt(tokens) * BigInt(rate), 0n);
  return Number((sum + 999_999n) / 1_000_000n);
}
