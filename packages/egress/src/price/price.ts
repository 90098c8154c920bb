/** What tokens cost once the prompt has more than `above` tokens: millionths of a US dollar per million tokens. */
export interface Rates {
  readonly above: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The rates of one model, from the shortest prompts to the longest; the first is `above` 0. */
export type Price = readonly [Rates, ...Rates[]];
