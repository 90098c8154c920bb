import * as z from 'zod';
import { parseCanonicalJson } from './canonical-json.ts';
import { envelopeSchema, type Envelope } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { keyIdOfEnvelope, openEnvelope, signEnvelope } from './sign-envelope.ts';
import type { Signer } from './signature.ts';
import { statementDocument, statementDocumentSchema } from './statement-document.ts';
import { isEntryKind, predicateSchemas, type EntryKind, type Statement } from './statement.ts';
import type { Principal } from './trust-policy.ts';
import { keysOfPrincipal } from './verification-key.ts';

export async function signStatement<Kind extends EntryKind>(
  signer: Signer,
  statement: Statement<Kind>,
): Promise<Envelope> {
  return signEnvelope(signer, statementDocument(statement));
}

/** Parses a payload whose signature has been checked. Unknown kinds and fields are refused (Invariant 6). */
export function parseStatement(payload: unknown): Statement {
  const outer = statementDocumentSchema.safeParse(payload);
  if (!outer.success)
    throw new ProtocolError('statement-malformed', `Not a statement: ${z.prettifyError(outer.error)}`);
  const kind = outer.data.predicateType.slice('urn:duovir:'.length, -':v1'.length);
  if (!isEntryKind(kind)) throw new ProtocolError('statement-kind', `Unknown kind of statement: ${kind}`);
  const content = predicateSchemas[kind].safeParse(outer.data.predicate.content);
  if (!content.success)
    throw new ProtocolError('statement-malformed', `Not a ${kind} statement: ${z.prettifyError(content.error)}`);
  const [subject] = outer.data.subject;
  return {
    kind,
    run: subject.name,
    time: outer.data.predicate.time,
    subject: `sha256:${subject.digest.sha256}`,
    predicate: content.data,
  };
}

/** Checks that `principal` signed the envelope, with its key or a passkey, and that it is a statement of that kind. */
export function openStatement<Kind extends EntryKind>(
  envelope: Envelope,
  kind: Kind,
  principal: Principal,
): Statement<Kind> {
  const parsed = envelopeSchema.parse(envelope);
  const keyId = keyIdOfEnvelope(parsed);
  const key = keysOfPrincipal(principal).get(keyId);
  if (!key) throw new ProtocolError('signature-missing', `No signature by ${principal.name}.`);
  const statement = parseStatement(openEnvelope(parsed, keyId, key));
  if (statement.kind !== kind)
    throw new ProtocolError('statement-kind', `Expected a ${kind} statement, got ${statement.kind}.`);
  return statement as Statement<Kind>;
}

/** Reads without checking the signature: for listings and for finding the signer, never for a decision. */
export function peekStatement(envelope: Envelope): Statement {
  return parseStatement(parseCanonicalJson(Buffer.from(envelope.payload, 'base64')));
}
