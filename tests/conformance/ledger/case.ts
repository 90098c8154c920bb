import * as z from 'zod';

const id = z.string();
const verdict = z.enum(['pass', 'fail']);
const vkeys = z.array(z.string());
const level = z.union([z.number(), z.literal('entries')]);
const file = z.string();

/** Of transparency-dev/merkle: in a file of its own, or in the case. */
const vector = { file: file.optional(), vector: z.unknown().optional() };

/** The cases of the family `ledger`; keys for people are dropped. */
export const caseSchema = z.discriminatedUnion('kind', [
  z.object({ id, kind: z.literal('inclusion'), ...vector, expect: verdict }),
  z.object({ id, kind: z.literal('consistency'), ...vector, expect: verdict }),
  z.object({ id, kind: z.literal('subtree-inclusion'), ...vector, expect: verdict }),
  z.object({ id, kind: z.literal('subtree-consistency'), ...vector, expect: verdict }),
  z.object({ id, kind: z.literal('tlog'), dir: z.string(), vkeys, size: z.number().optional(), expect: verdict }),
  z.object({
    id,
    kind: z.literal('checkpoint-of-tlog'),
    dir: z.string(),
    file,
    vkeys,
    size: z.number().optional(),
    expect: verdict,
  }),
  z.object({
    id,
    kind: z.literal('ed25519'),
    key: z.string(),
    message: z.string(),
    signature: z.string(),
    expect: verdict,
  }),
  z.object({
    id,
    kind: z.literal('jcs'),
    file: file.optional(),
    text: z.string().optional(),
    output: file.optional(),
    expect: verdict,
  }),
  /** The 64 bits of a double in hex, and how ECMAScript writes it. */
  z.object({ id, kind: z.literal('jcs-number'), bits: z.string(), text: z.string() }),
  /** A sequence of such lines, by its hash; `file` has the numbers it begins with. */
  z.object({ id, kind: z.literal('jcs-numbers'), file, lines: z.number(), sha256: z.string() }),
  z.object({
    id,
    kind: z.literal('dsse'),
    envelope: z.unknown(),
    publicKey: z.object({ x: z.string(), y: z.string() }),
    pae: z.string().nullish(),
    expect: verdict,
  }),
  z.object({ id, kind: z.literal('note-verify'), note: z.string(), vkeys, expect: verdict }),
  z.object({
    id,
    kind: z.literal('cosignature-verify'),
    note: z.string(),
    vkeys,
    time: z.number().optional(),
    expect: verdict,
  }),
  z.object({
    id,
    kind: z.literal('checkpoint-parse'),
    note: z.string(),
    origin: z.string().optional(),
    size: z.number().optional(),
    rootHex: z.string().optional(),
    expect: verdict,
  }),
  z.object({ id, kind: z.literal('policy-parse'), policy: z.string(), expect: verdict }),
  z.object({
    id,
    kind: z.literal('policy-quorum'),
    policy: z.string(),
    table: z.array(z.object({ cosigned: z.array(z.string()), valid: z.boolean() })),
  }),
  z.object({
    id,
    kind: z.literal('tile-path'),
    level,
    index: z.number(),
    width: z.number(),
    path: z.string(),
  }),
  z.object({
    id,
    kind: z.literal('tile-set'),
    size: z.number(),
    tiles: z.array(z.object({ level: z.number(), full: z.number(), partial: z.number() })),
  }),
  z.object({
    id,
    kind: z.literal('vkey-parse'),
    vkey: z.string(),
    name: z.string().optional(),
    keyId: z.string().optional(),
    signatureType: z.number().optional(),
    publicKey: z.string().optional(),
    expect: verdict.optional(),
  }),
  z.object({
    id,
    kind: z.literal('cosignature-message'),
    timestamp: z.number(),
    checkpointText: z.string(),
    message: z.string(),
  }),
  z.object({
    id,
    kind: z.literal('proof-layout'),
    text: z.string(),
    index: z.number().optional(),
    hashes: z.number().optional(),
    origin: z.string().optional(),
    size: z.number().optional(),
    expect: verdict.optional(),
  }),
]);
export type LedgerCase = z.infer<typeof caseSchema>;
export type CaseOf<Kind extends LedgerCase['kind']> = Extract<LedgerCase, { kind: Kind }>;
