import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { ClockPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import { CLOCK_SKEW_SECONDS, type Issuer } from './issuer.ts';

/** Signatures of a private key only: with `none` or a shared secret anybody could write himself a token. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

export interface Identified {
  readonly subject: string;
  readonly expiresAt: Date;
}

/**
 * Whom the issuer names in an access token made for this API. Undefined for what is no such token; throws `token-expired`,
 * and `login-unavailable` where the issuer's keys cannot be had.
 */
export async function openAccessToken(
  issuer: Issuer,
  token: string,
  clock: ClockPort,
): Promise<Identified | undefined> {
  if (!JWT.test(token)) return undefined;
  const keys = await issuer.keys();
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: issuer.login.issuer,
      audience: issuer.login.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: clock.now(),
    });
    return identified(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new ServerError('token-expired', 'The access token has expired.', error);
    if (isFlawOfToken(error)) return undefined;
    throw new ServerError('login-unavailable', `The keys of ${issuer.login.issuer} cannot be had.`, error);
  }
}

function identified({ sub, exp, nonce, at_hash: accessTokenHash }: JWTPayload): Identified | undefined {
  if (sub === undefined || exp === undefined) return undefined;
  // An ID token says who has logged in somewhere; it is handed to pages and opens nothing here.
  if (nonce !== undefined || accessTokenHash !== undefined) return undefined;
  return { subject: sub, expiresAt: new Date((exp + CLOCK_SKEW_SECONDS) * 1000) };
}

function isFlawOfToken(error: unknown): boolean {
  return [
    errors.JWTClaimValidationFailed,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((flaw) => error instanceof flaw);
}
