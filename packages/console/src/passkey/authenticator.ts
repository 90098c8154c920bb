import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { PasskeyOptions, PasskeyRegistration } from '@duovir/protocol';
import type { AskPasskey } from '@duovir/sdk';
import type { PagePlace } from './signing.ts';

const ADDRESS = /^(?:[\d.]+|\[.*\])$/;

export function placeOfPage(): PagePlace {
  const { hostname, origin } = location;
  const hasPasskeys = isSecureContext && browserSupportsWebAuthn() && !ADDRESS.test(hostname);
  return { hostName: hostname, origin, hasPasskeys };
}

/** The browser shows its own dialog; the authenticator verifies who touches it. */
export const askAuthenticator: AskPasskey = async ({ challenge, relyingParty, credentials }) => {
  const { id, response } = await startAuthentication({
    optionsJSON: {
      challenge,
      rpId: relyingParty,
      allowCredentials: credentials.map((credential) => ({ id: credential, type: 'public-key' })),
      userVerification: 'required',
    },
  });
  const { authenticatorData, clientDataJSON, signature } = response;
  return { id, authenticatorData, clientDataJSON, signature };
};

export async function makePasskey(options: PasskeyOptions): Promise<PasskeyRegistration> {
  const { challenge, relyingParty, user, algorithms, known, timeoutSeconds } = options;
  const { id, response } = await startRegistration({
    optionsJSON: {
      challenge,
      rp: relyingParty,
      user: { ...user, displayName: user.name },
      pubKeyCredParams: algorithms.map((algorithm) => ({ type: 'public-key', alg: algorithm })),
      excludeCredentials: known.map((credential) => ({ id: credential, type: 'public-key' })),
      timeout: timeoutSeconds * 1000,
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    },
  });
  const { clientDataJSON, attestationObject } = response;
  return { id, clientDataJSON, attestationObject };
}
