import { digestOf, findingDetailSchema, type Digest, type FindingDetail } from '@duovir/protocol';
import * as z from 'zod';
import type { DocumentPort } from '../ports.ts';

const MOST_FINDINGS = 64;
const heldFindingsSchema = z.object({ findings: z.array(findingDetailSchema) });

/**
 * What was found against a motion, as its proposer may read it: from whom is left out, the same finding stands once,
 * and the order says nothing. Who knows the author argues with the author.
 */
export async function objectionsTo(
  documents: DocumentPort,
  motion: Digest,
  holders: readonly Digest[],
): Promise<FindingDetail[]> {
  const held = await Promise.all(
    holders.map(async (holder) => heldFindingsSchema.parse(await documents.get(holder)).findings),
  );
  const distinct = new Map(
    held
      .flat()
      .map((finding) => [digestOf({ motion, rule: finding.rule, step: finding.step, claim: finding.claim }), finding]),
  );
  return [...distinct]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .slice(0, MOST_FINDINGS)
    .map(([, finding], index) => ({ ...finding, id: `f${index + 1}` }));
}
