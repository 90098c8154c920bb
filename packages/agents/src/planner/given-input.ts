import type { Json } from '@duovir/protocol';
import type { Input } from '../playbook/input-schema.ts';

/** Inputs as a model writes them, in text, as values of their types. What fits no type stays text, and is then refused by name. */
export function givenInputs(
  declared: Readonly<Record<string, Input>>,
  given: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    given.map(({ name, value }) => [name, valueOf(Object.hasOwn(declared, name) ? declared[name] : undefined, value)]),
  );
}

function valueOf(input: Input | undefined, text: string): Json {
  switch (input?.type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return listOf(text) ?? text;
    default:
      return text;
  }
}

function listOf(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
