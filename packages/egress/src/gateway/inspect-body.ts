import { jsonSchema, type Json } from '@duovir/protocol';
import { EgressError } from '../error.ts';
import type { Guard } from '../guard/guard.ts';
import { textsIn } from './json-text.ts';
import type { SensitiveFacts } from './ports.ts';

/**
 * The second hook (Invariant 7): looks at the exact bytes that are about to leave, independently of what the first one
 * found. Throws `egress-blocked` for a registered value in any encoding, and for what is a secret beyond doubt.
 */
export async function inspectBody(body: Uint8Array, { registered }: SensitiveFacts, guard: Guard): Promise<void> {
  const [value] = registered.findInBytes(body);
  if (value) throw new EgressError('egress-blocked', 'The request held a registered value, so it was not sent.');
  const text = textsIn(parseBody(body)).join('\n');
  const [again] = registered.find(text);
  if (again) throw new EgressError('egress-blocked', 'The request held a registered value, so it was not sent.');
  const blocked = (await guard.detect(text)).find(({ tier }) => tier === 'block');
  if (blocked)
    throw new EgressError('egress-blocked', `The request held a secret (${blocked.rule}), so it was not sent.`);
}

/** What the bytes say, if they say it in one way only: a key that stands twice is read by one reader and not by another. */
function parseBody(body: Uint8Array): Json {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const value = jsonSchema.parse(JSON.parse(text));
    if (JSON.stringify(value) === text) return value;
  } catch {
    // Whatever it is, it is not what a client of a model sends.
  }
  throw new EgressError('request-unexpected', 'The request is not plain JSON, so nobody knows what is in it.');
}
