import { canonicalJson, type Json, type Plan } from '@duovir/protocol';

/** An input that has another value in the second plan. */
export interface ChangedInput {
  readonly name: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

export function differencesOfInputs(previous: Plan, next: Plan): ChangedInput[] {
  const names = new Set([...Object.keys(previous.source.inputs), ...Object.keys(next.source.inputs)]);
  return [...names]
    .map((name) => ({ name, from: previous.source.inputs[name], to: next.source.inputs[name] }))
    .filter(({ from, to }) => canonicalJson(from ?? null) !== canonicalJson(to ?? null));
}
