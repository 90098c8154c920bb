import { sign } from 'node:crypto';
import * as z from 'zod';
import { EgressError } from '../error.ts';
import { readKeyFile } from './key-file.ts';
import { storeRequest, type KeySources } from './key-sources.ts';
import { readStore } from './read-store.ts';

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const METADATA_URL = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFETIME_SECONDS = 3600;

const serviceAccountSchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
});
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Exchanges the key of a service account for an access token (RFC 7523), at Google's own address and nowhere else. */
export async function accessTokenOf(serviceAccount: string, { fetch, clock }: KeySources): Promise<AccessToken> {
  const account = parseServiceAccount(serviceAccount);
  const issuedAt = Math.floor(clock().getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(account.private_key_id && { kid: account.private_key_id }) };
  const claims = {
    iss: account.client_email,
    scope: SCOPE,
    aud: TOKEN_URL,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
  };
  const unsigned = `${encoded(header)}.${encoded(claims)}`;
  const assertion = `${unsigned}.${signed(unsigned, account.private_key)}`;
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  return tokenFrom(fetch(TOKEN_URL, storeRequest({ method: 'POST', body })), clock);
}

/** The server's own identity at Google: the service account in GOOGLE_APPLICATION_CREDENTIALS, else the machine's. */
export async function ownAccessToken(sources: KeySources): Promise<AccessToken> {
  const file = sources.environment['GOOGLE_APPLICATION_CREDENTIALS'];
  if (file !== undefined) return accessTokenOf(await readKeyFile(file), sources);
  const headers = { 'metadata-flavor': 'Google' };
  return tokenFrom(sources.fetch(METADATA_URL, storeRequest({ headers })), sources.clock);
}

async function tokenFrom(asked: Promise<Response>, clock: () => Date): Promise<AccessToken> {
  const { access_token: token, expires_in: seconds } = await readStore("Google's token server", asked, tokenSchema);
  return { token, expiresAt: new Date(clock().getTime() + seconds * 1000) };
}

function parseServiceAccount(text: string): z.infer<typeof serviceAccountSchema> {
  try {
    return serviceAccountSchema.parse(JSON.parse(text));
  } catch {
    // The error of a parser quotes what it could not read.
    throw new EgressError('key-unusable', 'The key is no service account of Google, as JSON.');
  }
}

function signed(text: string, privateKey: string): string {
  try {
    return sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url');
  } catch {
    throw new EgressError('key-unusable', 'The private key of the service account cannot be read.');
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
