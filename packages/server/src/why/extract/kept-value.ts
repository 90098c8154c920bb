import { commitTo, digestOfBytes, pointerOf, type ValuePath, type WhyValue } from '@duovir/protocol';
import { hash } from 'node:crypto';
import type { Scalar } from './tree.ts';

/** As long a text is shown; a longer one is its digest. */
const LONGEST = 256;

/** Names of keys under which secrets stand. Their values are shown to nobody, whoever may read the plan (Invariant 12). */
const SECRET_NAME =
  /(?:password|passwd|passphrase|requirepass|masterauth|secret|token|credentials?|private[-_]?key|api[-_]?key|access[-_]?key)$/i;
const SECRET_RESOURCE = /^Secret\//;
/** Credentials inside an address or a connection string. */
const SECRET_TEXT = /:\/\/[^\s/@:]*:[^\s/@]+@|\bpassword\s*=\s*\S|-----BEGIN /i;

export interface Place {
  readonly resource: string;
  readonly path: ValuePath;
}

/** What is kept of a value. `salt` is the plan's: who has the plan can tell whether another value is the same. */
export function keptValue(value: Scalar, place: Place, salt: string): WhyValue {
  if (typeof value !== 'string') return value;
  if (isSecret(value, place)) return { kind: 'hidden', commitment: commitTo(saltOf(place, salt), value) };
  return value.length > LONGEST ? wholeOf(value, 0) : value.toWellFormed();
}

/** A text as one value. `leaves`: how many values it was read as, none where it could not be read. */
export function wholeOf(text: string, leaves: number): WhyValue {
  const bytes = Buffer.from(text);
  return { kind: 'digest', digest: digestOfBytes(bytes), bytes: bytes.length, leaves };
}

function isSecret(value: string, { resource, path }: Place): boolean {
  if (SECRET_TEXT.test(value)) return true;
  if (SECRET_RESOURCE.test(resource)) return /^(?:data|stringData)$/.test(path[0] ?? '');
  return path.some((segment) => SECRET_NAME.test(segment));
}

function saltOf({ resource, path }: Place, salt: string): string {
  return hash('sha256', JSON.stringify(['duovir/why/v1', salt, resource, pointerOf(path)]), 'hex');
}
