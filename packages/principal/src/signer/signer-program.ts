import { PrincipalError } from '../error.ts';

export const SIGNATURE_BYTES = 64;

/** A program that has a key which nobody can read: in an HSM, a KMS or on a card. No shell reads its name or arguments. */
export interface SignerProgram {
  readonly command: readonly [string, ...string[]];
  /** All that it finds in its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

export function signedNothing({ command: [program] }: SignerProgram, why: string, cause?: unknown): PrincipalError {
  return new PrincipalError(
    'signer-failed',
    `${program} has signed nothing: ${why}.`,
    'Look whether its token or service can be reached; docs/guide/keys.md says what it reads and answers.',
    cause,
  );
}

/** Undefined for whatever is not 64 bytes in the one way that base64 writes them. */
export function parseSignature(text: string): Buffer | undefined {
  const bytes = /^[A-Za-z0-9+/]{86}==$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return bytes?.length === SIGNATURE_BYTES ? bytes : undefined;
}
