import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { nameSchema } from './name.ts';
import { passkeySchema } from './passkey.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** POST /v1/passkeys/options: what a browser needs to make a passkey (PublicKeyCredentialCreationOptions of WebAuthn). */
export const passkeyOptionsSchema = z.strictObject({
  challenge: base64url,
  relyingParty: z.strictObject({ id: passkeySchema.shape.relyingParty, name: z.string() }),
  user: z.strictObject({ id: base64url, name: nameSchema }),
  /** COSE numbers: -7 is ES256, -8 EdDSA. */
  algorithms: z.array(z.int()),
  /** Credential ids that need not be made again. */
  known: z.array(base64url),
  timeoutSeconds: z.int(),
});
export type PasskeyOptions = z.infer<typeof passkeyOptionsSchema>;

/** POST /v1/passkeys: what the authenticator answered, base64url. */
export const passkeyRegistrationSchema = z.strictObject({
  id: base64url.max(1024),
  clientDataJSON: base64url.max(8192),
  attestationObject: base64url.max(65_536),
});
export type PasskeyRegistration = z.infer<typeof passkeyRegistrationSchema>;

/** `keyId`: what person and officer compare. */
const namedPasskeySchema = passkeySchema.extend({ keyId: z.string() });
export const passkeyViewSchema = z.discriminatedUnion('state', [
  /** It signs nothing before the officer's trust policy lists it; `enrolment`: the lines of YAML that do. */
  namedPasskeySchema.extend({ state: z.literal('proposed'), enrolment: z.string() }),
  namedPasskeySchema.extend({ state: z.literal('enrolled') }),
]);
export type PasskeyView = z.infer<typeof passkeyViewSchema>;

/** GET /v1/passkeys: those of whoever asks, and what else a statement of his has to name. */
export const passkeysViewSchema = z.strictObject({
  person: nameSchema,
  /** In force now. */
  trustPolicy: digestSchema,
  passkeys: z.array(passkeyViewSchema),
});
export type PasskeysView = z.infer<typeof passkeysViewSchema>;
