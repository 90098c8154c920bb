import { jsonSchema } from '@duovir/protocol';
import * as z from 'zod';

const tokens = z.int().nonnegative();
const milliseconds = z.int().nonnegative();

/** `absent`: the answer says nothing of usage, as some servers do. Left out, it is estimated at four bytes a token. */
const usageSchema = z.union([
  z.literal('absent'),
  z.strictObject({
    inputTokens: tokens,
    outputTokens: tokens,
    cachedInputTokens: tokens.default(0),
    reasoningTokens: tokens.default(0),
  }),
]);

/** How fast the bytes come. */
const paceSchema = z.strictObject({
  /** Before the first byte of the answer. */
  firstMilliseconds: milliseconds.default(0),
  /** Between two pieces. */
  pieceMilliseconds: milliseconds.default(0),
  /** Characters of text in one piece of a stream. */
  pieceCharacters: z.int().positive().default(24),
  /** Sends status and headers at once, and white space that means nothing until the answer comes. */
  whiteSpaceMilliseconds: z.int().positive().optional(),
});

const manner = { usage: usageSchema.optional(), pace: paceSchema.prefault({}) };
const toolCallSchema = z.strictObject({ name: z.string(), input: jsonSchema });

const jsonReplySchema = z.strictObject({ kind: z.literal('json'), value: jsonSchema, ...manner });
const textReplySchema = z.strictObject({
  kind: z.literal('text'),
  text: z.string(),
  /** `length`: the model was stopped at its greatest number of tokens. */
  finish: z.enum(['stop', 'length']).default('stop'),
  ...manner,
});
const toolsReplySchema = z.strictObject({
  kind: z.literal('tools'),
  calls: z.array(toolCallSchema).min(1),
  text: z.string().default(''),
  ...manner,
});
const spokenReplySchema = z.discriminatedUnion('kind', [jsonReplySchema, textReplySchema, toolsReplySchema]);

export const replySchema = z.discriminatedUnion('kind', [
  jsonReplySchema,
  textReplySchema,
  toolsReplySchema,
  /** The model declines, in the way its format has for that. */
  z.strictObject({ kind: z.literal('refusal'), text: z.string(), ...manner }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().nonnegative().optional(),
    message: z.string().default('The script says so.'),
  }),
  /** Takes the request and never says anything. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Breaks the connection after so many bytes of the body; at 0 before any answer. */
  z.strictObject({ kind: z.literal('drop'), afterBytes: tokens, answer: spokenReplySchema }),
  /** Ends the body in good order after so many bytes: what came looks whole to HTTP. */
  z.strictObject({ kind: z.literal('truncate'), afterBytes: tokens, answer: spokenReplySchema }),
  /** 200, and a body that is nothing. */
  z.strictObject({ kind: z.literal('garbage'), text: z.string().default('<html>\u0000\ufffd not an answer') }),
]);

/** What a brain may write: defaults may be left out. */
export type Reply = z.input<typeof replySchema>;
export type CheckedReply = z.output<typeof replySchema>;
export type SpokenReply = Extract<CheckedReply, { readonly kind: 'json' | 'text' | 'tools' | 'refusal' }>;
export type ReportedUsage = Exclude<SpokenReply['usage'], 'absent' | undefined>;
export type Pace = SpokenReply['pace'];
