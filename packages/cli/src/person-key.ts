import { loadSigner, PrincipalError } from '@duovir/principal';
import type { Signer } from '@duovir/protocol';
import { openState, type CommonOptions, type Session } from './session.ts';

/** Signs as the person, with the key file that never leaves this machine. */
export function personSigner(session: Session, options: CommonOptions, person: string): Signer {
  return loadSigner(openState(session, options).person(person), person);
}

/** Undefined for a person without a key file: whether that is enough, the server says. */
export function personSignerIfAny(session: Session, options: CommonOptions, person: string): Signer | undefined {
  try {
    return personSigner(session, options, person);
  } catch (error) {
    if (error instanceof PrincipalError && error.code === 'key-file-missing') return undefined;
    throw error;
  }
}
