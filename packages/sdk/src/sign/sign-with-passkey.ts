import {
  assertionSchema,
  canonicalJson,
  PAYLOAD_TYPE,
  payloadBytes,
  preAuthenticationEncoding,
  statementDocument,
  type Assertion,
  type EntryKind,
  type Envelope,
  type Passkey,
  type Statement,
} from '@duovir/protocol';
import { malformed } from '../api-error.ts';
import { base64, base64url, bytesOfBase64, hex } from './bytes-text.ts';
import { sha256 } from './sha256.ts';

/** What the authenticator is asked to sign, as WebAuthn puts it: base64url, with the user verified. */
interface PasskeyQuestion {
  readonly challenge: string;
  readonly relyingParty: string;
  /** Credential ids, any of which will do. */
  readonly credentials: readonly string[];
}

export type AskPasskey = (question: PasskeyQuestion) => Promise<{ readonly id: string } & Assertion>;

/** Signs with one of the person's passkeys of this relying party. `ask` is what reaches the authenticator. */
export async function signWithPasskey<Kind extends EntryKind>(
  statement: Statement<Kind>,
  { person, relyingParty, passkeys }: { person: string; relyingParty: string; passkeys: readonly Passkey[] },
  ask: AskPasskey,
): Promise<Envelope> {
  const payload = payloadBytes(statementDocument(statement));
  const challenge = await sha256(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  const credentials = passkeys.map(({ id }) => id);
  const { id, ...answer } = await ask({ challenge: base64url(challenge), relyingParty, credentials });
  const passkey = passkeys.find((one) => one.id === id);
  const assertion = assertionSchema.safeParse(answer);
  if (!passkey || !assertion.success) throw malformed('the authenticator signed with none of the passkeys asked for');
  return {
    payload: base64(payload),
    payloadType: PAYLOAD_TYPE,
    signatures: [
      {
        keyid: await passkeyId(person, passkey),
        sig: base64(new TextEncoder().encode(canonicalJson(assertion.data))),
      },
    ],
  };
}

const KEY_ID_DIGITS = 16;

/** `<person>/<first 16 hex digits of SHA-256 of the SubjectPublicKeyInfo>` */
async function passkeyId(person: string, { publicKey }: Pick<Passkey, 'publicKey'>): Promise<string> {
  return `${person}/${hex(await sha256(bytesOfBase64(publicKey))).slice(0, KEY_ID_DIGITS)}`;
}
