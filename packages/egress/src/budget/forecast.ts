import { boundOf, type CallSize } from '../price/call-cost.ts';
import type { Price } from '../price/price.ts';
import { fits, nothing, plus, smaller, type Amount } from './amount.ts';

export interface ForecastCall extends CallSize {
  readonly price: Price;
}

export interface Forecast {
  readonly worstCase: Amount;
  readonly left: Amount;
  readonly fits: boolean;
}

/** What a run could cost if each of its calls were made and cost its bound, beside what it may still spend. */
export function forecast(
  calls: readonly ForecastCall[],
  runCap: Amount,
  leftOnOtherLevels: readonly Amount[],
): Forecast {
  const worstCase = calls.map((call) => boundOf(call, call.price)).reduce(plus, nothing);
  const left = leftOnOtherLevels.reduce(smaller, runCap);
  return { worstCase, left, fits: fits(worstCase, left) };
}
