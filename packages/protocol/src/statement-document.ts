import * as z from 'zod';
import { runIdSchema, timeSchema } from './name.ts';
import { predicateSchemas, type EntryKind, type Statement } from './statement.ts';

/** in-toto Statement v1 (github.com/in-toto/attestation/blob/main/spec/v1/statement.md): what is signed of a statement. */
export const statementDocumentSchema = z.strictObject({
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

export function statementDocument<Kind extends EntryKind>(
  statement: Statement<Kind>,
): z.infer<typeof statementDocumentSchema> {
  const content = predicateSchemas[statement.kind].parse(statement.predicate);
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: statement.run, digest: { sha256: statement.subject.slice('sha256:'.length) } }],
    predicateType: `urn:duovir:${statement.kind}:v1`,
    predicate: { time: statement.time, content },
  };
}
