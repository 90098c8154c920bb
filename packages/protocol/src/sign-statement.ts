import * as z from 'zod';
import { envelopeSchema, type Envelope } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { runIdSchema, timeSchema } from './name.ts';
import { openEnvelope, signEnvelope } from './sign-envelope.ts';
import { keyIdOf, publicKeyFromRaw, type Signer } from './signature.ts';
import { isEntryKind, predicateSchemas, type EntryKind, type Statement } from './statement.ts';
import type { Principal } from './trust-policy.ts';

/** in-toto Statement v1 (github.com/in-toto/attestation/blob/main/spec/v1/statement.md). */
const statementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.tuple([
    z.strictObject({
      name: z.union([runIdSchema, z.literal('duovir')]),
      digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    }),
  ]),
  predicateType: z.string().regex(/^urn:duovir:[a-z-]+:v1$/),
  predicate: z.strictObject({ time: timeSchema, content: z.unknown() }),
});

export async function signStatement<Kind extends EntryKind>(
  signer: Signer,
  statement: Statement<Kind>,
): Promise<Envelope> {
  const content = predicateSchemas[statement.kind].parse(statement.predicate);
  return signEnvelope(signer, {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: statement.run, digest: { sha256: statement.subject.slice('sha256:'.length) } }],
    predicateType: `urn:duovir:${statement.kind}:v1`,
    predicate: { time: statement.time, content },
  });
}

/** Parses a payload whose signature has been checked. Unknown kinds and fields are refused (Invariant 6). */
export function parseStatement(payload: unknown): Statement {
  const outer = statementSchema.safeParse(payload);
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

/** Checks that `principal` signed the envelope and that it is a statement of that kind. */
export function openStatement<Kind extends EntryKind>(
  envelope: Envelope,
  kind: Kind,
  principal: Principal,
): Statement<Kind> {
  const raw = Buffer.from(principal.publicKey, 'base64');
  const payload = openEnvelope(
    envelopeSchema.parse(envelope),
    keyIdOf(principal.name, raw),
    publicKeyFromRaw(principal.publicKey),
  );
  const statement = parseStatement(payload);
  if (statement.kind !== kind)
    throw new ProtocolError('statement-kind', `Expected a ${kind} statement, got ${statement.kind}.`);
  return statement as Statement<Kind>;
}

/** Reads without checking the signature: for listings and for finding the signer, never for a decision. */
export function peekStatement(envelope: Envelope): Statement {
  return parseStatement(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')));
}
