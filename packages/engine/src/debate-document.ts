import { debateSchema, opinionVerdictSchema, type Debate, type Digest } from '@duovir/protocol';
import * as z from 'zod';
import { orderFor } from './debated-findings.ts';
import type { Ports } from './ports.ts';

/** What was argued, for all readers; `own`: what each of them had said first, for itself alone. */
const debateDocumentSchema = debateSchema
  .omit({ own: true })
  .extend({ own: z.record(z.string(), opinionVerdictSchema) });
export type DebateDocument = z.infer<typeof debateDocumentSchema>;

export async function loadDebate({ documents }: Ports, digest: Digest): Promise<DebateDocument> {
  return debateDocumentSchema.parse(await documents.get(digest));
}

/** As one reader is shown it: nobody's verdict but its own, and an order of its own. */
export function debateFor(reader: string, { own, findings, answers, checks }: DebateDocument): Debate {
  const verdict = own[reader];
  if (verdict === undefined) throw new RangeError(`${reader} has not spoken in the first vote.`);
  const ordered = orderFor(reader, findings);
  const place = new Map(ordered.map(({ id }, index) => [id, index]));
  const byPlace = (left: { finding: string }, right: { finding: string }): number =>
    (place.get(left.finding) ?? 0) - (place.get(right.finding) ?? 0);
  return { own: verdict, findings: ordered, answers: answers.toSorted(byPlace), checks: checks.toSorted(byPlace) };
}
