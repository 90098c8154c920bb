import { hash } from 'node:crypto';
import { isSoundKey } from '@duovir/protocol';
import { parseBase64 } from './base64.ts';
import { LedgerError } from './error.ts';

/** Signature types of C2SP signed-note that Duovir knows: 0x01 signs a note's text, 0x04 is a timed cosignature. */
const SIGNATURE_TYPES = { log: 0x01, witness: 0x04 } as const;
export type KeyPurpose = keyof typeof SIGNATURE_TYPES;

/** A parsed verifier key, `<name>+<key id>+<base64 of type and key>`. */
export interface VerifierKey {
  readonly name: string;
  /** Four bytes: a hint which key to try, no proof of anything. */
  readonly id: Buffer;
  readonly purpose: KeyPurpose;
  /** 32 bytes. */
  readonly rawKey: Buffer;
}

/** Key names have neither Unicode white space nor a plus sign. */
export const isKeyName = (name: string): boolean =>
  name.length > 0 && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name);

export function noteKeyId(name: string, purpose: KeyPurpose, rawKey: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(SIGNATURE_TYPES[purpose]), rawKey]);
  return hash('sha256', bytes, 'buffer').subarray(0, 4);
}

/** Writes the verifier key that others pin. */
export function formatVkey(name: string, purpose: KeyPurpose, rawKey: Uint8Array): string {
  if (!isKeyName(name)) throw new LedgerError('vkey-malformed', 'A key name has no white space and no plus sign.');
  const id = noteKeyId(name, purpose, rawKey).toString('hex');
  return `${name}+${id}+${Buffer.concat([Buffer.of(SIGNATURE_TYPES[purpose]), rawKey]).toString('base64')}`;
}

export function parseVkey(vkey: string): VerifierKey {
  const malformed = (reason: string): LedgerError =>
    new LedgerError('vkey-malformed', `Not a verifier key: ${reason}.`);
  const [, name, idHex, material64] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey) ?? [];
  if (!name || !idHex || !material64 || !isKeyName(name)) throw malformed('its three parts are missing');
  const material = parseBase64(material64);
  if (material?.length !== 33) throw malformed('only Ed25519 keys are supported');
  const rawKey = material.subarray(1);
  const purpose = material[0] === SIGNATURE_TYPES.log ? 'log' : 'witness';
  if (material[0] !== SIGNATURE_TYPES[purpose]) throw malformed('unknown signature type');
  const id = noteKeyId(name, purpose, rawKey);
  if (id.toString('hex') !== idHex) throw malformed('the key id does not belong to this name and key');
  if (!isSoundKey(rawKey)) throw malformed('the key is not a sound point of the curve');
  return { name, id, purpose, rawKey };
}
