import type { Signer } from '@duovir/protocol';
import { cosignatureMessage, encodeCosignature } from './cosignature.ts';
import { formatVkey, noteKeyId, type KeyPurpose } from './vkey.ts';

/** Signs notes under the name by which others pin the key. */
export interface NoteSigner {
  readonly name: string;
  readonly vkey: string;
  /** One signature line with its newline. */
  signLine(text: string): Promise<string>;
}

export interface NoteKey {
  /** Key name: for a log its origin, for a witness a schema-less URL. */
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly signer: Pick<Signer, 'sign'>;
}

const signatureLine = (key: NoteKey, purpose: KeyPurpose, signature: Uint8Array): string =>
  `\u2014 ${key.name} ${Buffer.concat([noteKeyId(key.name, purpose, key.publicKey), signature]).toString('base64')}\n`;

/** A log's key: signs the text as it is. */
export function logNoteSigner(key: NoteKey): NoteSigner {
  return {
    name: key.name,
    vkey: formatVkey(key.name, 'log', key.publicKey),
    signLine: async (text) => signatureLine(key, 'log', await key.signer.sign(Buffer.from(text))),
  };
}

/** A witness's key: signs the text together with the time. */
export function witnessNoteSigner(key: NoteKey, now: () => Date = () => new Date()): NoteSigner {
  return {
    name: key.name,
    vkey: formatVkey(key.name, 'witness', key.publicKey),
    signLine: async (text) => {
      const seconds = Math.floor(now().getTime() / 1000);
      const signature = await key.signer.sign(cosignatureMessage(seconds, text));
      return signatureLine(key, 'witness', encodeCosignature(seconds, signature));
    },
  };
}
