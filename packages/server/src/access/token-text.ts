import type { RandomPort } from '@duovir/engine';
import { lettersOf } from '../random.ts';

const ID_LETTERS = 20;
/** 256 bits: cannot be guessed, so that a plain hash of it can be kept. */
const SECRET_BYTES = 32;
const TOKEN = /^duovir_([a-z2-7]{20}|initial-[a-z][a-z0-9-]{0,62})_[A-Za-z0-9_-]{43}$/;

/** A new token: `duovir_<id>_<secret>`. */
export function newToken(random: RandomPort): { readonly id: string; readonly token: string } {
  const id = lettersOf(Buffer.from(random.hex(ID_LETTERS), 'hex'));
  const secret = Buffer.from(random.hex(SECRET_BYTES), 'hex').toString('base64url');
  return { id, token: `duovir_${id}_${secret}` };
}

/** Which token this says it is; undefined for what is none of ours. */
export function tokenIdOf(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}
