import { createPublicKey, hash } from 'node:crypto';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertionBytes,
  newAuthenticator,
  ORIGIN,
  RELYING_PARTY,
  USER_PRESENT_AND_VERIFIED,
  type Authenticator,
  type Ceremony,
} from './authenticator.fixture.ts';
import { assertionSchema, passkeySchema, type Assertion, type Passkey } from './passkey.ts';
import { passkeySignatureHolds } from './passkey-signature.ts';

const message = Buffer.from('DSSEv1 28 application/vnd.in-toto+json 2 {}');
const authenticators = { ES256: newAuthenticator('ES256'), EdDSA: newAuthenticator('EdDSA') };
const algorithms = ['ES256', 'EdDSA'] as const;

function verificationKey(passkey: Passkey): Parameters<typeof passkeySignatureHolds>[0] {
  return {
    passkey,
    key: createPublicKey({ key: Buffer.from(passkey.publicKey, 'base64'), format: 'der', type: 'spki' }),
  };
}

function holds({ passkey }: Authenticator, assertion: unknown, signed: Uint8Array = message): boolean {
  return passkeySignatureHolds(verificationKey(passkey), signed, assertionBytes(assertion));
}

/** The same question put to a library that half the web logs in with. */
async function libraryHolds({ passkey, coseKey }: Authenticator, assertion: Assertion): Promise<boolean> {
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: assertion,
      },
      expectedChallenge: hash('sha256', message, 'base64url'),
      expectedOrigin: [...passkey.origins],
      expectedRPID: passkey.relyingParty,
      expectedType: 'webauthn.get',
      credential: { id: passkey.id, publicKey: coseKey, counter: 0 },
      requireUserVerification: true,
    });
    return verified;
  } catch {
    // It throws where it does not verify.
    return false;
  }
}

describe.each(algorithms)('a passkey with %s', (algorithm) => {
  const authenticator = authenticators[algorithm];

  test('is one that a trust policy may list', () => {
    expect(passkeySchema.parse(authenticator.passkey)).toEqual(authenticator.passkey);
  });

  test('signs what @simplewebauthn/server verifies as well', async () => {
    const assertion = assertionSchema.parse(authenticator.assert(message));
    expect(holds(authenticator, assertion)).toBe(true);
    expect(await libraryHolds(authenticator, assertion)).toBe(true);
  });

  test('that is synchronised between devices signs, too', () => {
    expect(holds(authenticator, authenticator.assert(message, { flags: 0x1d }))).toBe(true);
  });

  const refused: Record<string, Partial<Ceremony>> = {
    'a registration': { clientData: { type: 'webauthn.create' } },
    'another challenge': { clientData: { challenge: hash('sha256', 'another', 'base64url') } },
    'a challenge that is cut off': { clientData: { challenge: hash('sha256', message, 'base64url').slice(0, -1) } },
    'a padded challenge': { clientData: { challenge: `${hash('sha256', message, 'base64url')}=` } },
    'another page': { clientData: { origin: 'https://duovir.example' } },
    'a page whose name begins alike': { clientData: { origin: `${ORIGIN}.evil.example` } },
    'a page in a frame': { clientData: { crossOrigin: true } },
    'a frame that hides': { clientData: { topOrigin: 'https://evil.example' } },
    'another relying party': { relyingParty: 'example' },
    'a user who is absent': { flags: 0x04 },
    'a user who was not verified': { flags: 0x01 },
    'a backup that cannot be': { flags: USER_PRESENT_AND_VERIFIED | 0x10 },
    'a flag of the future': { flags: USER_PRESENT_AND_VERIFIED | 0x02 },
    'extensions nobody asked for': { flags: USER_PRESENT_AND_VERIFIED | 0x80, rest: Buffer.from([0xa0]) },
    'bytes after the end': { rest: Buffer.from([0]) },
  };
  test.each(Object.entries(refused))('is refused for %s, though properly signed', (_, changes) => {
    expect(holds(authenticator, authenticator.assert(message, changes))).toBe(false);
  });

  test('is refused for other bytes, and for another passkey of the same person', () => {
    const assertion = authenticator.assert(message);
    expect(holds(authenticator, assertion, Buffer.from('other bytes'))).toBe(false);
    expect(holds(newAuthenticator(algorithm), assertion)).toBe(false);
  });

  test('is refused with any bit of it flipped', () => {
    const assertion = authenticator.assert(message);
    const place = fc.constantFrom<keyof Assertion>('authenticatorData', 'clientDataJSON', 'signature');
    const mutation = fc.record({ place, index: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) });
    fc.assert(
      fc.property(mutation, ({ place: member, index, bit }) => {
        const bytes = Buffer.from(assertion[member], 'base64url');
        const at = index % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(holds(authenticator, { ...assertion, [member]: bytes.toString('base64url') })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever we accept, @simplewebauthn/server accepts', async () => {
    const ceremony = fc.record(
      {
        flags: fc.oneof(fc.constant(USER_PRESENT_AND_VERIFIED), fc.integer({ min: 0, max: 255 })),
        relyingParty: fc.constantFrom(RELYING_PARTY, 'example', ''),
        rest: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 3 })),
        clientData: fc.dictionary(
          fc.constantFrom('type', 'challenge', 'origin', 'crossOrigin', 'topOrigin', 'tokenBinding', 'extra'),
          fc.oneof(fc.constantFrom('webauthn.get', 'webauthn.create', ORIGIN, ''), fc.boolean(), fc.constant(null)),
          { maxKeys: 2 },
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(ceremony, async (changes) => {
        const assertion = authenticator.assert(message, changes);
        if (holds(authenticator, assertion)) expect(await libraryHolds(authenticator, assertion)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['no JSON', Buffer.from('signature')],
  ['JSON in another order', Buffer.from('{"signature":"AA","clientDataJSON":"AA","authenticatorData":"AA"}')],
  ['a member too many', assertionBytes({ ...authenticators.ES256.assert(message), userHandle: 'AA' })],
  ['client data that are no text', assertionBytes({ ...authenticators.ES256.assert(message), clientDataJSON: '_w' })],
  ['client data that are no JSON', assertionBytes({ ...authenticators.ES256.assert(message), clientDataJSON: 'AA' })],
  ['nothing', new Uint8Array()],
])('a signature that is %s does not hold', (_, signature) => {
  expect(passkeySignatureHolds(verificationKey(authenticators.ES256.passkey), message, signature)).toBe(false);
});

test('an RSA key, another curve and a compressed point are no passkeys', () => {
  for (const publicKey of ['MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A', `${'A'.repeat(122)}==`, ''])
    expect(passkeySchema.safeParse({ ...authenticators.ES256.passkey, publicKey }).success).toBe(false);
});
