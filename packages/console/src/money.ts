const MICRO = 1_000_000;
const CENT = 10_000;
const count = new Intl.NumberFormat('en-US');

/** Millionths of a US dollar as people read them. What is not nothing never reads as 0. */
export function money(microUsd: number): string {
  if (microUsd === 0) return '0 USD';
  if (microUsd < 50) return 'less than 0.0001 USD';
  return `${(microUsd / MICRO).toFixed(microUsd < CENT ? 4 : 2)} USD`;
}

export function tokenCount(tokens: number): string {
  return tokens === 1 ? '1 token' : `${count.format(tokens)} tokens`;
}
