import { generateKeyPairSync, hash, randomBytes } from 'node:crypto';
import type { PasskeyOptions, PasskeyRegistration } from '@duovir/protocol';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;

/** What an authenticator in software answers, each part open to a change. */
export interface Ceremony {
  readonly origin: string;
  readonly challenge: string;
  readonly relyingParty: string;
  readonly flags: number;
  readonly curve: 'P-256' | 'P-384';
}

/** Makes a passkey as a browser and a device would, without saying who made the device. */
export function register(
  options: PasskeyOptions,
  origin: string,
  changes: Partial<Ceremony> = {},
): PasskeyRegistration {
  const { curve = 'P-256', relyingParty = options.relyingParty.id } = changes;
  const flags = changes.flags ?? USER_PRESENT | USER_VERIFIED;
  const clientData = {
    type: 'webauthn.create',
    challenge: changes.challenge ?? options.challenge,
    origin: changes.origin ?? origin,
    crossOrigin: false,
  };
  const id = randomBytes(16);
  const authenticatorData = Buffer.concat([
    hash('sha256', relyingParty, 'buffer'),
    Buffer.from([flags | ATTESTED, 0, 0, 0, 0]),
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    coseKey(curve),
  ]);
  return {
    id: id.toString('base64url'),
    clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString('base64url'),
    attestationObject: attestationObject(authenticatorData).toString('base64url'),
  };
}

/** COSE (RFC 9053): a map of kty, alg, crv, x and y. */
function coseKey(curve: Ceremony['curve']): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ format: 'jwk' });
  const [algorithm, number] = curve === 'P-256' ? ['26', '01'] : ['3822', '02'];
  return Buffer.concat([
    Buffer.from(`a5010203${algorithm}20${number}21`, 'hex'),
    byteString(Buffer.from(x, 'base64url')),
    Buffer.from('22', 'hex'),
    byteString(Buffer.from(y, 'base64url')),
  ]);
}

/** CBOR: a map of fmt, attStmt and authData. */
function attestationObject(authenticatorData: Buffer): Buffer {
  const text = (word: string): Buffer => Buffer.concat([Buffer.from([0x60 + word.length]), Buffer.from(word)]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    byteString(authenticatorData),
  ]);
}

function byteString(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
}
