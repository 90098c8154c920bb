import { EgressError } from '../error.ts';

/** What a model call costs: tokens and money are bounded both. Whole numbers; money in millionths of a US dollar. */
export interface Amount {
  readonly tokens: number;
  readonly microUsd: number;
}

export const nothing: Amount = { tokens: 0, microUsd: 0 };

export function plus(left: Amount, right: Amount): Amount {
  return { tokens: left.tokens + right.tokens, microUsd: left.microUsd + right.microUsd };
}

export function minus(left: Amount, right: Amount): Amount {
  return { tokens: left.tokens - right.tokens, microUsd: left.microUsd - right.microUsd };
}

export function fits(amount: Amount, limit: Amount): boolean {
  return amount.tokens <= limit.tokens && amount.microUsd <= limit.microUsd;
}

/** The smaller in each unit. */
export function smaller(left: Amount, right: Amount): Amount {
  return { tokens: Math.min(left.tokens, right.tokens), microUsd: Math.min(left.microUsd, right.microUsd) };
}

export function assertAmount(amount: Amount): void {
  for (const value of [amount.tokens, amount.microUsd])
    if (!Number.isSafeInteger(value) || value < 0) throw new EgressError('amount-invalid', `${value} is no amount.`);
}
