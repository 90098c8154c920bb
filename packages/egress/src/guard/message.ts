import * as z from 'zod';

/** What the worker is started with. */
export const guardSettingsSchema = z.strictObject({ internalDomains: z.array(z.string()) });

export const guardQuestionSchema = z.strictObject({ id: z.int(), text: z.string() });

const spanSchema = z.strictObject({
  start: z.int().nonnegative(),
  end: z.int().positive(),
  kind: z.enum(['secret', 'key', 'card', 'iban', 'email', 'host', 'ip', 'sql']),
  rule: z.string(),
  tier: z.enum(['redact', 'block']),
});

/** What the worker says: nothing but this counts as having looked. */
export const guardAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('found'), id: z.int(), spans: z.array(spanSchema) }),
]);
export type GuardAnswer = z.infer<typeof guardAnswerSchema>;
