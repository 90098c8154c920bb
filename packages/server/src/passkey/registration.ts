import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { passkeySchema, type Passkey, type PasskeyRegistration } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Place } from './place.ts';
import { subjectPublicKeyInfo } from './public-key.ts';

/** ES256 and EdDSA, by their COSE numbers: what statements can be signed with. */
export const ALGORITHMS = [-7, -8];

/** The passkey that was registered, once it is certain that it answers this challenge, on this page, by a verified user. */
export async function readRegistration(
  registration: PasskeyRegistration,
  challenge: string,
  { relyingParty, origins }: Place,
): Promise<Passkey> {
  const { registrationInfo } = await verified(registration, challenge, relyingParty, origins);
  if (!registrationInfo) throw new ServerError('passkey-invalid', 'The registration does not hold.');
  const { credential, origin } = registrationInfo;
  const passkey = passkeySchema.safeParse({
    id: credential.id,
    publicKey: subjectPublicKeyInfo(credential.publicKey),
    relyingParty,
    origins: [origin],
  });
  if (!passkey.success) throw new ServerError('passkey-invalid', 'The passkey is of a kind that cannot be enrolled.');
  return passkey.data;
}

async function verified(
  { id, clientDataJSON, attestationObject }: PasskeyRegistration,
  challenge: string,
  relyingParty: string,
  origins: readonly string[],
): ReturnType<typeof verifyRegistrationResponse> {
  try {
    return await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: relyingParty,
      expectedType: 'webauthn.create',
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
  } catch (cause) {
    // The library tells what is wrong by throwing.
    throw new ServerError('passkey-invalid', 'The registration cannot be verified.', cause);
  }
}
