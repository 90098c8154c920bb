import type { ModelAnswer, ModelQuestion } from '@duovir/protocol';

/** Asks a model, or looks up what one has answered. */
export type Ask = (question: ModelQuestion) => Promise<ModelAnswer>;

/** One call, as the table counts it. */
export interface CountedCall {
  readonly tokens: number;
  readonly microUsd: number;
  readonly milliseconds: number;
}
