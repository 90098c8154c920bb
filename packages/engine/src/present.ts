import { EngineError } from './error.ts';

/** The value; where there is none, an error instead of going on with nothing (Invariant 6). */
export function present<Value>(value: Value, what: string): NonNullable<Value> {
  if (value === undefined || value === null) throw new EngineError('answer-inconsistent', `There is no ${what}.`);
  return value;
}
