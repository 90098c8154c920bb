import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { nameSchema, runIdSchema, stepIdSchema, timeSchema } from './name.ts';

const word = z.string().regex(/^[\x21-\x7e]+$/);
export const whyTargetSchema = word.max(128);
/** A service, a file, an object as `Deployment/shop/web`, or `port`. */
export const whyResourceSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}]+$/u);
/** A JSON pointer, or `spec.containers[0].image`; nothing for the resource as a whole. */
export const whyPathSchema = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}]*$/u);

/** A value as an answer shows it. */
export const whyValueSchema = z.union([
  z.string().max(512),
  z.number(),
  z.boolean(),
  z.null(),
  z.discriminatedUnion('kind', [
    /** A whole file, or a text too long to be shown: SHA-256 of its bytes. `leaves`: values that were read out of it. */
    z.strictObject({ kind: z.literal('digest'), digest: digestSchema, bytes: z.int(), leaves: z.int() }),
    /** A secret by its name or form. Who has the plan can tell whether another is the same. */
    z.strictObject({ kind: z.literal('hidden'), commitment: digestSchema }),
    /** Removed, or not there any more. */
    z.strictObject({ kind: z.literal('absent') }),
    /** The plan was shredded, and its values with it. */
    z.strictObject({ kind: z.literal('shredded') }),
  ]),
]);
export type WhyValue = z.infer<typeof whyValueSchema>;

export const whyLinkKindSchema = z.enum([
  'setting',
  'undo',
  'attestation',
  'receipt',
  'permit',
  'approval',
  'opinion',
  'finding-check',
  'rebuttal',
  'checks',
  'verdict',
  'motion',
  'alternative',
  'diagnosis',
  'confirmation',
  'failure',
  'plan',
  'intent',
  'request',
  'settlement',
]);
export type WhyLinkKind = z.infer<typeof whyLinkKindSchema>;

/** One link of a chain: what, by whom, where in the ledger, and what it is there for. */
export const whyLinkSchema = z.strictObject({
  kind: whyLinkKindSchema,
  text: z.string().max(1000),
  principal: nameSchema,
  time: timeSchema,
  entry: z.int().nullable(),
  /** The link that this one explains: its place in the chain. Null for the first. */
  of: z.int().nullable(),
  /** What a reader should not overlook. */
  mark: z.enum(['dissent', 'changed', 'rejected', 'undone']).nullable(),
});
export type WhyLink = z.infer<typeof whyLinkSchema>;

/** One time that a value was set. */
export const whyChangeSchema = z.strictObject({
  target: z.string(),
  resource: z.string(),
  /** As people write it. */
  path: z.string(),
  /** RFC 6901. */
  pointer: z.string(),
  value: whyValueSchema,
  run: runIdSchema,
  step: stepIdSchema,
  /** The plan that had it. */
  motion: digestSchema,
  time: timeSchema,
  /** Index of the attestation that saw it. */
  entry: z.int(),
  /** Index of the entry since which it is so no longer: its step was undone, or its sandbox was lost. */
  undone: z.int().nullable(),
});
export type WhyChange = z.infer<typeof whyChangeSchema>;

/** GET /v1/why. Nobody has to believe it: each link names an entry that proves it. */
export const whyAnswerSchema = whyChangeSchema.extend({
  /** Values this one replaced, oldest first: of earlier runs, and of plans of this run that were not carried out. */
  before: z.array(whyValueSchema),
  /** Every time it was set, newest first, this one included. */
  history: z.array(whyChangeSchema),
  requester: nameSchema.nullable(),
  /** People who have approved or refused it. */
  people: z.array(z.strictObject({ person: nameSchema, verdict: z.enum(['approve', 'reject']), entry: z.int() })),
  /** Under which it was decided. */
  policy: z.strictObject({ version: z.int().nullable(), digest: digestSchema }).nullable(),
  /** Of the whole run; null until it is settled. */
  cost: z.strictObject({ tokens: z.int(), microUsd: z.int(), entry: z.int() }).nullable(),
  /** Entries of the ledger that the answer rests on: the first so many. */
  size: z.int(),
  chain: z.array(whyLinkSchema),
});
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;

/** GET /v1/why/places: what can be asked about. Without a resource: resources; else the paths in it. */
export const whyPlacesSchema = z.strictObject({
  items: z.array(z.strictObject({ resource: z.string(), path: z.string(), pointer: z.string() })),
  /** There are more. */
  more: z.boolean(),
});
export type WhyPlaces = z.infer<typeof whyPlacesSchema>;

/** POST /v1/why/rebuild */
export const whyRebuildSchema = z.strictObject({
  runs: z.int(),
  values: z.int(),
  /** Runs of which the index had said something else, at most so many as are named. */
  differed: z.int(),
  examples: z.array(z.string()).max(20),
});
export type WhyRebuild = z.infer<typeof whyRebuildSchema>;
