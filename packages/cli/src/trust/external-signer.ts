import { OFFICER, PrincipalError } from '@duovir/principal';
import { externalSigner } from '@duovir/principal/external-signer';
import type { Signer } from '@duovir/protocol';
import { CliError } from '../error.ts';

/** People enter PINs and touch keys. */
const PATIENCE_MS = 180_000;

export interface OfficerProgram {
  readonly command: readonly [string, ...string[]];
  readonly publicKey: string;
  /** The officer's own: the program may have to find an agent, a terminal or a token there. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The officer's key where it cannot be read: in an HSM, a KMS or on a card. The program gets the bytes to sign (DSSE's
 * pre-authentication encoding) on its standard input and answers with the Ed25519 signature in base64.
 */
export function officerProgram(program: OfficerProgram): Signer {
  const signer = externalSigner({ principal: OFFICER, mode: 'once', timeoutMs: PATIENCE_MS, ...program });
  return {
    ...signer,
    sign: async (bytes) => {
      try {
        return await signer.sign(bytes);
      } catch (error) {
        if (!(error instanceof PrincipalError)) throw error;
        const code = error.code === 'signer-unverified' ? 'unverified' : 'refused';
        throw new CliError(code, error.message, error.remedy, error);
      }
    },
  };
}
