import { keyIdOf, type Passkey } from '@duovir/protocol';

export function passkeyId(person: string, { publicKey }: Passkey): string {
  return keyIdOf(person, Buffer.from(publicKey, 'base64'));
}

/**
 * The lines with which the officer enrols the passkey, for the person's entry under `principals`. Strings of JSON are strings of
 * YAML. The key id is what person and officer compare, by a way that is not this server.
 */
export function enrolmentLines(person: string, passkey: Passkey): string {
  const { id, publicKey, relyingParty, origins } = passkey;
  return `    passkeys:
      # ${passkeyId(person, passkey)}
      - id: ${JSON.stringify(id)}
        publicKey: ${JSON.stringify(publicKey)}
        relyingParty: ${JSON.stringify(relyingParty)}
        origins: ${JSON.stringify(origins)}
`;
}
