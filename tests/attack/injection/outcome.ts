import type { ForbiddenEffect } from './forbidden-effect.ts';

/** How far one text got in one place. */
export interface Outcome {
  /** What ended it, or that it was carried because nothing in it is forbidden. */
  readonly end: string;
  readonly effects: readonly ForbiddenEffect[];
  /** The text has made a planner write another plan, and the plan was carried, since it does nothing that the policy minds. */
  readonly steered: boolean;
}

export interface Reading extends Outcome {
  readonly id: string;
  readonly kind: string;
  readonly place: string;
  /** Canaries in what models received meanwhile. */
  readonly secretsOut: readonly string[];
  /** Calls that reached the model. */
  readonly calls: number;
}
