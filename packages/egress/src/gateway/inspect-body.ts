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

function parseBody(body: Uint8Array): Json {
  try {
    return jsonSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    throw new EgressError('request-unexpected', 'The request is no JSON, so nobody knows what is in it.');
  }
}
