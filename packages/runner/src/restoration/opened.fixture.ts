import { createHash } from 'node:crypto';
import { commitTo, type BoundPlaceholder, type PlaceholderKind, type Restoration } from '@duovir/protocol';
import type { OpenedValue } from './open-restorations.ts';

/** As a vault would issue it; the tag is whatever the value hashes to. */
export function issue(kind: PlaceholderKind, value: string, number = 1): OpenedValue {
  const tag = createHash('sha256').update(`${kind} ${value}`).digest('hex').slice(0, 8);
  return { kind, value, placeholder: placeholderOf(kind, number, tag) };
}

function placeholderOf(kind: PlaceholderKind, number: number, tag: string): string {
  switch (kind) {
    case 'host':
      return `h${number}-${tag}.zqx.invalid`;
    case 'email':
      return `e${number}-${tag}@zqx.invalid`;
    case 'ip':
      return `192.0.2.${100 + number}`;
    case 'table':
    case 'column':
    case 'schema':
      return `${kind.charAt(0)}_${number}_${tag}`;
    default:
      return `ZQX_${kind.toUpperCase()}_${number}_${tag.toUpperCase()}`;
  }
}

const salt = 'ab'.repeat(32);

export function bind({ placeholder, kind, value }: OpenedValue): BoundPlaceholder {
  return { placeholder, kind, commitment: commitTo(salt, value) };
}

export function send({ placeholder, value }: OpenedValue): Restoration {
  return { placeholder, value, salt };
}
