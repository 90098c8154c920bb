import type { Council } from '../council.ts';
import type { Outcome } from '../outcome.ts';

/** Where a text arrives that some agent reads. */
export interface Place {
  readonly name: string;
  read(council: Council, text: string): Promise<Outcome>;
}
