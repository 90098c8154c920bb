import * as z from 'zod';
import { whyPatternRefused } from '../signature/pattern.ts';

/** Which words of a goal fill an input. */
const slotSchema = z
  .union([
    z
      .strictObject({ label: z.array(z.string().max(64)).min(1).max(16) })
      .describe('"port 6000": the value follows the words'),
    z
      .strictObject({ count: z.array(z.string().max(64)).min(1).max(16) })
      .describe('"two replicas": the number comes before the words'),
    z.strictObject({ quoted: z.literal(true) }).describe('the text between backquotes, split at white space'),
  ])
  .describe('How the words of a goal fill the input; without it only explicit inputs do.');

const common = { description: z.string().min(1).max(500), slot: slotSchema.optional() };
const patternSchema = z
  .string()
  .max(256)
  .superRefine((source, context) => {
    const why = whyPatternRefused(source);
    if (why !== undefined) context.addIssue({ code: 'custom', message: `the pattern is refused: ${why}` });
  })
  .describe('A regular expression that the whole value must match.');

/** One typed input, in JSON Schema's words. */
export const inputSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('integer'),
    minimum: z.int(),
    maximum: z.int(),
    default: z.int().optional(),
    examples: z.array(z.int()).min(1).max(8).optional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal('string'),
    maxLength: z.int().min(1).max(65_536),
    pattern: patternSchema.optional(),
    enum: z.array(z.string()).min(1).max(64).optional(),
    default: z.string().optional(),
    examples: z.array(z.string()).min(1).max(8).optional(),
    ...common,
  }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().optional(), ...common }),
  z.strictObject({
    type: z.literal('array'),
    items: z.strictObject({
      type: z.literal('string'),
      maxLength: z.int().min(1).max(8192),
      pattern: patternSchema.optional(),
    }),
    minItems: z.int().min(0).max(128).default(0),
    maxItems: z.int().min(1).max(128),
    default: z.array(z.string()).optional(),
    examples: z.array(z.array(z.string())).min(1).max(8).optional(),
    ...common,
  }),
]);
export type Input = z.infer<typeof inputSchema>;
