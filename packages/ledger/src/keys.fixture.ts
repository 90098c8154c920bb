import { generateKeyPairSync, sign } from 'node:crypto';
import { keyIdOf, rawPublicKey, type Signer } from '@duovir/protocol';
import type { NoteKey } from './note-signer.ts';

/** A fresh key for one test. */
export interface TestKey {
  readonly publicKey: Buffer;
  readonly signer: Signer;
}

export function makeKey(principal: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(publicKey);
  return {
    publicKey: raw,
    signer: { principal, keyId: keyIdOf(principal, raw), sign: async (bytes) => sign(null, bytes, privateKey) },
  };
}

export function makeNoteKey(name: string): NoteKey {
  return { name, ...makeKey('test') };
}
