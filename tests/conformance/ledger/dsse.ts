import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { preAuthenticationEncoding } from '@duovir/protocol';
import * as z from 'zod';
import type { CaseOf } from './case.ts';

/** DSSE in general: any payload type, P-256, both base64 alphabets. Duovir's own envelopes are narrower. */
const envelopeSchema = z.object({
  payload: z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/),
  payloadType: z.string(),
  signatures: z.array(z.object({ sig: z.string().regex(/^[A-Za-z0-9+/_-]+={0,2}$/) })).min(1),
});

function coordinate(decimal: string): string {
  return Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url');
}

function p256Key({ x, y }: CaseOf<'dsse'>['publicKey']): KeyObject {
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(y) }, format: 'jwk' });
}

/** Whether one of the signatures holds over exactly the encoding that is expected. */
export function holdsDsse({ envelope, publicKey, pae }: CaseOf<'dsse'>): boolean {
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) return false;
  const bytes = preAuthenticationEncoding(parsed.data.payloadType, Buffer.from(parsed.data.payload, 'base64'));
  if (pae && Buffer.from(bytes).toString() !== pae) return false;
  const key = { key: p256Key(publicKey), dsaEncoding: 'ieee-p1363' as const };
  return parsed.data.signatures.some(({ sig }) => verify('sha256', bytes, key, Buffer.from(sig, 'base64')));
}
