import type { Json } from '@duovir/protocol';
import type { Input } from './input-schema.ts';

export interface InputProblem {
  readonly input: string;
  readonly why: string;
}

export type ResolvedInputs =
  | { readonly kind: 'inputs'; readonly inputs: Readonly<Record<string, Json>> }
  | { readonly kind: 'invalid'; readonly problems: readonly InputProblem[] };

/** Fills in defaults and checks every value against its input. */
export function resolveInputs(
  declared: Readonly<Record<string, Input>>,
  given: Readonly<Record<string, Json>>,
): ResolvedInputs {
  const names = Object.keys(declared);
  const problems: InputProblem[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => ({ input: name, why: `There is no such input; there is ${names.join(', ') || 'none'}.` }));
  const inputs: Record<string, Json> = {};
  for (const [name, input] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : input.default;
    const why = value === undefined ? 'It has no default and must be given.' : whyInvalid(input, value);
    if (why !== undefined) problems.push({ input: name, why });
    else if (value !== undefined) inputs[name] = value;
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'inputs', inputs };
}

/** Undefined when the value fits. */
export function whyInvalid(input: Input, value: Json): string | undefined {
  switch (input.type) {
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value))
        return `It must be an integer, not ${shown(value)}.`;
      if (value < input.minimum) return `${value} is below the minimum ${input.minimum}.`;
      return value > input.maximum ? `${value} is above the maximum ${input.maximum}.` : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `It must be true or false, not ${shown(value)}.`;
    case 'string':
      return whyTextInvalid(input, value);
    case 'array':
      if (!Array.isArray(value)) return `It must be a list of strings, not ${shown(value)}.`;
      if (value.length < input.minItems) return `It needs at least ${input.minItems} items.`;
      if (value.length > input.maxItems) return `It has more than ${input.maxItems} items.`;
      return value.map((part: Json) => whyTextInvalid(input.items, part)).find((why) => why !== undefined);
  }
}

interface TextRule {
  readonly maxLength: number;
  readonly pattern?: string | undefined;
  readonly enum?: readonly string[] | undefined;
}

function whyTextInvalid(rule: TextRule, value: Json): string | undefined {
  if (typeof value !== 'string') return `It must be a string, not ${shown(value)}.`;
  if (value.length > rule.maxLength) return `It is longer than ${rule.maxLength} characters.`;
  if (value.includes('\0')) return 'It contains a NUL character.';
  if (rule.enum && !rule.enum.includes(value)) return `It must be one of ${rule.enum.join(', ')}.`;
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`, 'u').test(value))
    return `${shown(value)} does not match ${rule.pattern}.`;
  return undefined;
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
