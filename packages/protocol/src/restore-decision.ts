import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { timeSchema } from './name.ts';

/**
 * The officer's signed word that a ledger may go on from a backup: what is missing is named, so that no other loss can hide
 * behind it. Signed as a trust policy is.
 */
export const restoreDecisionSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('RestoreDecision'),
  /** Of the log. */
  origin: z.string().min(1).max(256),
  /** Entries that are still there. */
  size: z.int().min(0),
  /** Of those. Whoever goes on with others has rewritten the log along with the restore. */
  root: digestSchema,
  /** Entries that a witness has cosigned. */
  lost: z.int().min(1),
  lostRoot: digestSchema,
  decidedAt: timeSchema,
});
export type RestoreDecision = z.infer<typeof restoreDecisionSchema>;
