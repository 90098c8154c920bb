import * as z from 'zod';
import { accessActionSchema } from './access.ts';
import { digestSchema } from './digest.ts';
import { nameSchema, runIdSchema, timeSchema } from './name.ts';

const size = z.int().min(0);

/** What of the record somebody reads: the log itself, sealed content, what models were sent, or the reasons for a value. */
export const auditedSchema = z.enum(['ledger', 'evidence', 'egress', 'why']);
export type Audited = z.infer<typeof auditedSchema>;

/** Where a caller sits, as PCI DSS 10.2.2 asks for; an address would be personal data. */
export const originSchema = z.enum(['socket', 'loopback', 'network']);
export type Origin = z.infer<typeof originSchema>;

/** Why somebody was turned away. */
export const accessRefusalSchema = z.enum(['unauthenticated', 'expired', 'out-of-scope', 'not-allowed', 'too-often']);

/** `erasure`: a person's data; `retention`: its time has come; `leak`: it should never have been kept. */
export const shredReasonSchema = z.enum(['erasure', 'retention', 'leak']);
export type ShredReason = z.infer<typeof shredReasonSchema>;

/** What is asked for: everything, or what PCI DSS wants to see. */
export const evidenceScopeSchema = z.enum(['all', 'pci']);
export type EvidenceScope = z.infer<typeof evidenceScopeSchema>;

/** Whether the kernel says that the clock follows a source (PCI DSS 10.6). */
export const clockStateSchema = z.enum(['synchronised', 'unsynchronised', 'unknown']);

/** Entries about the record itself. All are the server's, and none belongs to a run. */
export const auditPredicates = {
  /** subject: the envelope of the `log-start` it follows. `number` counts from 1 since then and leaves none out. */
  heartbeat: z.strictObject({
    number: z.int().min(1),
    intervalSeconds: z.int().min(1).max(86_400),
    clock: clockStateSchema,
  }),
  /** subject: the trust policy in force. Before the first byte is shown; then nothing more about the same for `withinSeconds`. */
  'audit-read': z.strictObject({
    person: nameSchema,
    what: auditedSchema,
    run: runIdSchema.nullable(),
    origin: originSchema,
    withinSeconds: z.int().min(0).max(86_400),
  }),
  /** subject: the trust policy in force. `attempts`: how often since the last such entry about the same. */
  'access-refusal': z.strictObject({
    person: nameSchema.nullable(),
    action: accessActionSchema.nullable(),
    reason: accessRefusalSchema,
    attempts: z.int().min(1).max(1_000_000),
    origin: originSchema,
  }),
  /** subject: the manifest of the evidence pack. `from` and `to` bound the period: the first belongs to it, the second does not. */
  'evidence-export': z.strictObject({
    person: nameSchema,
    scope: evidenceScopeSchema,
    from: timeSchema.nullable(),
    to: timeSchema.nullable(),
    /** Entries under the checkpoint of the pack, and the first whose bytes it holds. */
    size,
    first: size,
  }),
  /** subject: the commitment. Key and salt of the blob are destroyed right after this entry is durable. */
  'blob-shred': z.strictObject({ person: nameSchema, reason: shredReasonSchema }),
  /**
   * subject: the officer's decision. The log goes on although it is behind what a witness has seen: entries from `size`
   * on, up to `lost`, are gone. `root`: of the entries before `size`, which are still there. `lostRoot`: the root of the last checkpoint
   * of what is lost. `signature`: digest of the officer's envelope.
   */
  'log-restore': z.strictObject({
    size,
    root: digestSchema,
    lost: size,
    lostRoot: digestSchema,
    signature: digestSchema,
  }),
} as const;
