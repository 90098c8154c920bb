import * as z from 'zod';

/** A WebAuthn credential with which a person signs where no key file is, as in the console (W3C WebAuthn Level 3). */
export const passkeySchema = z.strictObject({
  /** Credential id, base64url. */
  id: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z0-9_-]+$/),
  /** SubjectPublicKeyInfo, DER in base64: P-256 with an uncompressed point (ES256), or Ed25519 (EdDSA). */
  publicKey: z
    .string()
    .regex(/^(?:MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==|MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=)$/),
  /** Relying party: the host name the credential is bound to. */
  relyingParty: z
    .string()
    .max(253)
    .regex(/^[a-z0-9.-]+$/),
  /** Pages that may ask for it, such as `https://duovir.example`. */
  origins: z
    .array(z.url({ protocol: /^https?$/ }).max(512))
    .min(1)
    .max(8),
});
export type Passkey = z.infer<typeof passkeySchema>;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** What a passkey answers when it signs: the parts of an AuthenticatorAssertionResponse, base64url. */
export const assertionSchema = z.strictObject({
  authenticatorData: base64url.max(128),
  clientDataJSON: base64url.max(4096),
  signature: base64url.max(256),
});
export type Assertion = z.infer<typeof assertionSchema>;
