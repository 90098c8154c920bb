import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Assertion, Passkey } from './passkey.ts';

export const ORIGIN = 'https://duovir.example:8443';
export const RELYING_PARTY = 'duovir.example';
export const USER_PRESENT_AND_VERIFIED = 0x05;

/** What an authenticator and a browser put into an assertion, each of it open to a change. */
export interface Ceremony {
  readonly clientData: Readonly<Record<string, unknown>>;
  readonly relyingParty: string;
  readonly flags: number;
  /** After the sign counter, where extensions would stand. */
  readonly rest: Uint8Array;
}

export interface Authenticator {
  readonly passkey: Passkey;
  /** The key in COSE form (RFC 9053), as registrations carry it. */
  readonly coseKey: Uint8Array<ArrayBuffer>;
  assert(message: Uint8Array, changes?: Partial<Ceremony>): Assertion;
}

/** An authenticator in software, with keys of its own: what a device in somebody's pocket does. */
export function newAuthenticator(algorithm: 'ES256' | 'EdDSA'): Authenticator {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return {
    passkey: {
      id: hash('sha256', der, 'base64url'),
      publicKey: der.toString('base64'),
      relyingParty: RELYING_PARTY,
      origins: ['https://elsewhere.example', ORIGIN],
    },
    coseKey: coseKeyOf(algorithm, publicKey),
    assert(message, changes = {}) {
      const clientData = Buffer.from(JSON.stringify({ ...clientDataOf(message), ...changes.clientData }));
      const authenticatorData = Buffer.concat([
        hash('sha256', changes.relyingParty ?? RELYING_PARTY, 'buffer'),
        Buffer.from([changes.flags ?? USER_PRESENT_AND_VERIFIED, 0, 0, 0, 7]),
        changes.rest ?? Buffer.alloc(0),
      ]);
      const signed = Buffer.concat([authenticatorData, hash('sha256', clientData, 'buffer')]);
      return {
        authenticatorData: authenticatorData.toString('base64url'),
        clientDataJSON: clientData.toString('base64url'),
        signature: sign(algorithm === 'ES256' ? 'sha256' : null, signed, privateKey).toString('base64url'),
      };
    },
  };
}

function clientDataOf(message: Uint8Array): Record<string, unknown> {
  return {
    type: 'webauthn.get',
    challenge: hash('sha256', message, 'base64url'),
    origin: ORIGIN,
    crossOrigin: false,
    other_keys_can_be_added_here: 'do not compare clientDataJSON against a template',
  };
}

/** As it stands in an envelope, before base64. */
export function assertionBytes(assertion: unknown): Buffer {
  return Buffer.from(canonicalJson(assertion));
}

function coseKeyOf(algorithm: 'ES256' | 'EdDSA', publicKey: KeyObject): Uint8Array<ArrayBuffer> {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (label: string, value: string): string =>
    `${label}5820${Buffer.from(value, 'base64url').toString('hex')}`;
  const hex =
    algorithm === 'ES256'
      ? `a5010203262001${coordinate('21', x)}${coordinate('22', y)}`
      : `a4010103272006${coordinate('21', x)}`;
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
