import type { ActionCall } from '@duovir/protocol';
import { plainText } from '../story/plain-text.ts';

/** Everything of an action, name by name: what a person approves are exactly these values. */
export function callText({ with: input }: ActionCall): readonly (readonly [name: string, value: string])[] {
  return Object.entries(input).map(([name, value]: [string, unknown]) => [name, plainText(valueText(name, value))]);
}

function valueText(name: string, value: unknown): string {
  if (name === 'argv' && Array.isArray(value)) return value.map(String).map(quoted).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As one word of a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
