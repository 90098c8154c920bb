import { keyIdOf, type Passkey } from '@duovir/protocol';

/**
 * The lines with which the officer enrols the passkey, for the person's entry under `principals`. Strings of JSON are strings of
 * YAML. The key id is what person and officer compare, by a way that is not this server.
 */
export function enrolmentLines(person: string, { id, publicKey, relyingParty, origins }: Passkey): string {
  return `    passkeys:
      # ${keyIdOf(person, Buffer.from(publicKey, 'base64'))}
      - id: ${JSON.stringify(id)}
        publicKey: ${JSON.stringify(publicKey)}
        relyingParty: ${JSON.stringify(relyingParty)}
        origins: ${JSON.stringify(origins)}
`;
}
