import { findingDetailSchema, type FindingDetail, type PlanRequest, type Rebuttal } from '@duovir/protocol';
import * as z from 'zod';
import { debatedFindings } from '../debated-findings.ts';
import type { Objections } from '../motion.ts';
import type { DocumentPort } from '../ports.ts';
import { answersSchema } from './test-findings.ts';

const heldFindingsSchema = z.object({ findings: z.array(findingDetailSchema) });

/** What was found against a motion, as its proposer may read it: from whom is left out. With it, what it has answered so far. */
export async function objectionsTo(
  documents: DocumentPort,
  { motion, findings, answers }: Objections,
): Promise<Pick<NonNullable<PlanRequest['objections']>, 'findings' | 'answers'>> {
  const held = await Promise.all(
    findings.map(
      async (holder): Promise<FindingDetail[]> => heldFindingsSchema.parse(await documents.get(holder)).findings,
    ),
  );
  const given: Rebuttal[] = answers === null ? [] : answersSchema.parse(await documents.get(answers)).answers;
  return { findings: debatedFindings(motion, held.flat()), answers: given };
}
