import type { Diagnosis, Failure, Plan } from '@duovir/protocol';
import { planDigest } from '@duovir/protocol';
import { flatText } from '../brain/flat-text.ts';
import { planText } from '../brain/plan-text.ts';
import { promptNamed } from '../brain/prompt.ts';
import type { Provenance } from '../brain/provenance.ts';
import type { Part, Thinker } from '../brain/thinker.ts';
import { confirmation, withPlannedPort } from '../signature/diagnose.ts';
import type { Signature } from '../signature/signature-schema.ts';
import { evidenceLines, type EvidenceLine } from './evidence-line.ts';
import { falsifyingCheck } from './falsifying-check.ts';
import { diagnosisAnswerSchema, type DiagnosisAnswer } from './model-answer.ts';

export type ModelDiagnosis = { readonly provenance: Provenance } & (
  | { readonly kind: 'diagnosis'; readonly diagnosis: Diagnosis }
  | { readonly kind: 'none'; readonly reason: string }
);

/** The most probes a diagnosis may have to be confirmed by. */
const MOST_CONFIRM = 4;

/** Asks a model for the cause. It names what it rests on; what follows from it is decided here and by the envelope. */
export async function diagnoseWithModel(
  thinker: Thinker,
  signatures: readonly Signature[],
  failure: Failure,
  plan: Plan,
): Promise<ModelDiagnosis> {
  const lines = evidenceLines(failure);
  const thought = await thinker.think({
    run: failure.run,
    purpose: 'diagnose',
    motion: planDigest(plan),
    prompt: promptNamed('healer'),
    parts: healingParts(signatures, failure, plan, lines),
    answer: diagnosisAnswerSchema(signatures, lines, (check) => {
      const tried = falsifyingCheck(check, plan, failure);
      return tried.kind === 'refused' ? tried.why : undefined;
    }),
  });
  const { provenance } = thought;
  if (thought.kind === 'none')
    return { kind: 'none', reason: `The model gave no diagnosis (${thought.reason}): ${thought.detail}`, provenance };
  const check = falsifyingCheck(thought.value.check, plan, failure);
  if (check.kind === 'refused') return { kind: 'none', reason: check.why, provenance };
  return { kind: 'diagnosis', provenance, diagnosis: diagnosisFrom(thought.value) };

  function diagnosisFrom(answer: DiagnosisAnswer): Diagnosis {
    const signature = signatures.find(({ id }) => id === answer.signature);
    const captures = withPlannedPort(signature, capturesOf(answer), failure, plan);
    const confirm = signature ? confirmation(signature, captures) : [];
    return {
      class: signature?.class ?? answer.class,
      signature: signature?.id ?? null,
      title: answer.title,
      explanation: answer.explanation,
      captures: { ...captures },
      evidence: answer.evidence.map((id) => `${id} ${lines.find((line) => line.id === id)?.text ?? ''}`.slice(0, 500)),
      decision: decisionOf(answer, signature, confirm.length),
      confirm: check.kind === 'check' ? [check.probe, ...confirm].slice(0, MOST_CONFIRM) : [],
    };
  }
}

/** A model may be more careful than the rules, never less: a patch needs a known cause that has one, with all its probes. */
function decisionOf(
  { decision, class: said }: DiagnosisAnswer,
  signature: Signature | undefined,
  confirmations: number,
): Diagnosis['decision'] {
  const kind = signature?.remedy.kind;
  const isConfirmable = confirmations > 0 && confirmations < MOST_CONFIRM;
  if (decision === 'patch') return kind === 'patch' && isConfirmable ? 'patch' : 'undo';
  if (decision === 'retry') return kind === 'retry' || (kind === undefined && said === 'transient') ? 'retry' : 'undo';
  return decision;
}

function capturesOf({ captures }: DiagnosisAnswer): Record<string, string> {
  return Object.fromEntries(captures.map(({ name, value }) => [name, value]));
}

function healingParts(
  signatures: readonly Signature[],
  { step, attempt, cause, exit }: Failure,
  plan: Plan,
  lines: readonly EvidenceLine[],
): Part[] {
  return [
    { label: 'failure', text: flatText({ step, attempt, cause, exit }) },
    { label: 'evidence', text: lines.map(({ id, text }) => `[${id}] ${text}`).join('\n') },
    { label: 'plan', text: planText(plan) },
    {
      label: 'signatures',
      text: flatText(
        signatures.map(({ id, title, class: kind, remedy }) => ({ id, title, class: kind, remedy: remedy.kind })),
      ),
    },
  ];
}
