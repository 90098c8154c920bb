import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { canonicalJson, type Passkey } from '@duovir/protocol';

const ORIGIN = 'https://duovir.example';
const RELYING_PARTY = 'duovir.example';
const PRESENT_AND_VERIFIED = 0x05;

/** A passkey in software, with which somebody signs. */
export interface TestPasskey {
  readonly passkey: Passkey;
  /** The bytes that stand in an envelope; `change` is what differs from an honest ceremony. */
  sign(message: Uint8Array, change?: Ceremony): Buffer;
}

export interface Ceremony {
  readonly clientData?: Readonly<Record<string, unknown>>;
  readonly relyingParty?: string;
  readonly flags?: number;
  readonly extensions?: Uint8Array;
}

export function newPasskey(algorithm: 'ES256' | 'EdDSA'): TestPasskey {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return {
    passkey: {
      id: hash('sha256', der, 'base64url'),
      publicKey: der.toString('base64'),
      relyingParty: RELYING_PARTY,
      origins: [ORIGIN],
    },
    sign: (message, change = {}) => {
      const challenge = hash('sha256', message, 'base64url');
      const told = { type: 'webauthn.get', challenge, origin: ORIGIN, crossOrigin: false, ...change.clientData };
      const clientData = Buffer.from(JSON.stringify(told));
      const authenticatorData = Buffer.concat([
        hash('sha256', change.relyingParty ?? RELYING_PARTY, 'buffer'),
        Buffer.from([change.flags ?? PRESENT_AND_VERIFIED, 0, 0, 0, 7]),
        change.extensions ?? Buffer.alloc(0),
      ]);
      const signed = Buffer.concat([authenticatorData, hash('sha256', clientData, 'buffer')]);
      const signature = sign(algorithm === 'ES256' ? 'sha256' : null, signed, privateKey);
      return Buffer.from(
        canonicalJson({
          authenticatorData: authenticatorData.toString('base64url'),
          clientDataJSON: clientData.toString('base64url'),
          signature: signature.toString('base64url'),
        }),
      );
    },
  };
}
