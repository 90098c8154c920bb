import { openSigner, PrincipalError } from '@duovir/principal';
import type { Signer } from '@duovir/protocol';
import { openState, type CommonOptions, type Session } from './session.ts';

/** Signs as the person, with the key file that never leaves this machine, or by the program that has the key. */
export function personSigner(session: Session, options: CommonOptions, person: string): Promise<Signer> {
  return openSigner(openState(session, options).person(person), person);
}

/** Undefined for a person without a key file: whether that is enough, the server says. */
export async function personSignerIfAny(
  session: Session,
  options: CommonOptions,
  person: string,
): Promise<Signer | undefined> {
  try {
    return await personSigner(session, options, person);
  } catch (error) {
    if (error instanceof PrincipalError && error.code === 'key-file-missing') return undefined;
    throw error;
  }
}
