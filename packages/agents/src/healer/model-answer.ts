import { diagnosisSchema } from '@duovir/protocol';
import * as z from 'zod';
import { draftProbeSchema, type DraftProbe } from '../draft/draft-probe.ts';
import { exactText, keyText, shownText } from '../draft/draft-text.ts';
import type { Signature } from '../signature/signature-schema.ts';
import type { EvidenceLine } from './evidence-line.ts';

const NO_SIGNATURE = 'none';

/** What a diagnosing model may answer. Evidence that does not exist, or a check that does not only look, is outside of it. */
export function diagnosisAnswerSchema(
  signatures: readonly Signature[],
  lines: readonly EvidenceLine[],
  /** Undefined where the probe may be run. */
  whyRefused: (check: DraftProbe) => string | undefined,
) {
  const ids = new Set(lines.map(({ id }) => id));
  const known = new Set([NO_SIGNATURE, ...signatures.map(({ id }) => id)]);
  const evidence = exactText(8).refine((id) => ids.has(id), 'no line of evidence has this id');
  return z.strictObject({
    evidence: z.array(evidence).min(1).max(10).describe('ids of lines, as in E3'),
    class: diagnosisSchema.shape.class,
    signature: exactText(128)
      .refine((id) => known.has(id), 'no signature has this id')
      .describe('id of a known cause, or none'),
    captures: z.array(z.strictObject({ name: keyText(32), value: exactText(256) })).max(16),
    title: shownText(200),
    explanation: shownText(1500),
    check: draftProbeSchema.superRefine((check, context) => {
      const why = whyRefused(check);
      if (why !== undefined) context.addIssue({ code: 'custom', message: why });
    }),
    decision: diagnosisSchema.shape.decision,
  });
}
export type DiagnosisAnswer = z.infer<ReturnType<typeof diagnosisAnswerSchema>>;
