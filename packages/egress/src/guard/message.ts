import * as z from 'zod';

/** The first message to a worker. */
export const guardSettingsSchema = z.strictObject({ internalDomains: z.array(z.string()) });
export type GuardSettings = z.infer<typeof guardSettingsSchema>;

const namesSchema = z.array(z.tuple([z.string(), z.enum(['schema', 'table', 'column'])]));

/** What can be asked about texts. */
export const guardQuestionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('detect'), id: z.int(), texts: z.tuple([z.string()]) }),
  z.strictObject({ kind: z.literal('learn'), id: z.int(), texts: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('look'), id: z.int(), texts: z.array(z.string()), known: namesSchema }),
]);
export type GuardQuestion = z.infer<typeof guardQuestionSchema>;

const place = { start: z.int().nonnegative(), end: z.int().positive() };

const spanSchema = z.strictObject({
  ...place,
  kind: z.enum(['secret', 'key', 'card', 'iban', 'email', 'host', 'ip', 'sql']),
  rule: z.string(),
  tier: z.enum(['redact', 'block']),
});

const sqlPartSchema = z.strictObject({ ...place, kind: z.enum(['schema', 'table', 'column', 'secret']) });

/** What was found in one text: by the detectors, and of somebody's database. */
const lookSchema = z.strictObject({ spans: z.array(spanSchema), sql: z.array(sqlPartSchema) });

/** What the worker says: nothing but this counts as having looked. */
export const guardAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({
    kind: z.literal('failed'),
    code: z.enum(['sql-parser-unavailable', 'guard-failed']),
    error: z.string().max(100),
  }),
  z.strictObject({ kind: z.literal('detected'), id: z.int(), spans: z.array(spanSchema) }),
  z.strictObject({ kind: z.literal('learned'), id: z.int(), names: namesSchema }),
  z.strictObject({ kind: z.literal('looked'), id: z.int(), names: namesSchema, looks: z.array(lookSchema) }),
]);
export type GuardAnswer = z.infer<typeof guardAnswerSchema>;
