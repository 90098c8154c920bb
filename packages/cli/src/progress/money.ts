const MICRO = 1_000_000;
const CENT = 10_000;

/** Millionths of a US dollar as people read them: `1.25 USD`, below a cent `0.0042 USD`. What is not nothing never reads as 0. */
export function formatMoney(microUsd: number): string {
  if (microUsd === 0) return '0 USD';
  if (microUsd < 50) return 'less than 0.0001 USD';
  return `${(microUsd / MICRO).toFixed(microUsd < CENT ? 4 : 2)} USD`;
}

const count = new Intl.NumberFormat('en-US');

export function formatTokens(tokens: number): string {
  return tokens === 1 ? '1 token' : `${count.format(tokens)} tokens`;
}
