import {
  passkeyOptionsSchema,
  passkeysViewSchema,
  passkeyViewSchema,
  type PasskeyOptions,
  type PasskeyRegistration,
  type PasskeysView,
  type PasskeyView,
} from '@duovir/protocol';
import type { Transport } from './transport.ts';

/** The keys with which a person signs in a browser. */
export interface PasskeyCalls {
  /** One's own, with one's name and the trust policy that a statement has to name. */
  passkeys(): Promise<PasskeysView>;
  passkeyOptions(): Promise<PasskeyOptions>;
  /** Registers it. It signs nothing before the officer's trust policy lists it. */
  proposePasskey(registration: PasskeyRegistration): Promise<PasskeyView>;
}

export function passkeyCalls(transport: Transport): PasskeyCalls {
  return {
    passkeys: () => transport.json({ path: '/v1/passkeys' }, passkeysViewSchema),
    passkeyOptions: () => transport.json({ method: 'POST', path: '/v1/passkeys/options' }, passkeyOptionsSchema),
    proposePasskey: (registration) => transport.json({ path: '/v1/passkeys', body: registration }, passkeyViewSchema),
  };
}
