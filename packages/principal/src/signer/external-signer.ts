import { keyIdOf, publicKeyFromRaw, signatureHolds, type Signer } from '@duovir/protocol';
import { PrincipalError } from '../error.ts';
import { askOnce } from './ask-once.ts';
import type { SignerProgram } from './signer-program.ts';
import { SigningSession } from './signing-session.ts';

export interface ExternalSignerOptions extends SignerProgram {
  readonly principal: string;
  /** Raw, base64. */
  readonly publicKey: string;
  /** `once`: a run of the program for each signature. `session`: it stays, and is asked line by line. */
  readonly mode: 'once' | 'session';
}

/** A signer that may hold a process: closed once it is no longer needed. */
export interface OwnedSigner extends Signer {
  /** Raw, base64. */
  readonly publicKey: string;
  close(): void;
}

/** Signs by a program and believes it nothing: what the public key does not verify is thrown away (Invariant 6). */
export function externalSigner({ principal, publicKey, mode, ...program }: ExternalSignerOptions): OwnedSigner {
  const key = publicKeyFromRaw(publicKey);
  const session = mode === 'session' ? new SigningSession(program) : undefined;
  return {
    principal,
    publicKey,
    keyId: keyIdOf(principal, Buffer.from(publicKey, 'base64')),
    sign: async (bytes) => {
      const signature = await (session ? session.sign(bytes) : askOnce(program, bytes));
      if (signatureHolds(key, bytes, signature)) return signature;
      throw new PrincipalError(
        'signer-unverified',
        `What ${program.command[0]} has signed does not verify with the key of ${principal}.`,
        'Have the program use the key whose public half is enrolled, and sign the bytes themselves, not their digest.',
      );
    },
    close: () => session?.close(),
  };
}
