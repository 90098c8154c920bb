import { digestOf } from './digest-of.ts';
import type { Digest } from './digest.ts';
import type { FindingDetail } from './debate.ts';

/**
 * How the debate about a motion names what was found: `f-` and eight hex digits, which say neither who nor when. Whoever has
 * the motion and the finding can tell it, an auditor of the ledger too.
 */
export function debatedId(motion: Digest, { rule, step }: Pick<FindingDetail, 'rule' | 'step'>): string {
  return `f-${digestOf({ motion, rule, step }).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}
