import type { Diagnosis, Failure, Plan } from '@duovir/protocol';
import { inVain, withoutModel, type Provenance } from '../brain/provenance.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import { diagnose } from '../signature/diagnose.ts';
import type { Signature } from '../signature/signature-schema.ts';
import { diagnoseWithModel } from './model-diagnosis.ts';

/** The cause of a failure, and what it was thought with. */
export interface Cause {
  readonly diagnosis: Diagnosis;
  readonly provenance: Provenance;
}

/** Signatures come first; the model is asked where none matches, or always. Without its answer nothing is guessed. */
export async function causeOf(
  { signatures, model }: { readonly signatures: readonly Signature[]; readonly model: ModelBrain | null },
  failure: Failure,
  plan: Plan,
): Promise<Cause> {
  const diagnosis = diagnose(signatures, failure, plan);
  const isKnown = diagnosis.signature !== null;
  if (!model || (isKnown && model.consult === 'when-unsure')) return { diagnosis, provenance: withoutModel() };
  const thought = await diagnoseWithModel(model.thinker, signatures, failure, plan);
  if (thought.kind === 'diagnosis') return thought;
  const provenance = inVain(thought.provenance);
  if (isKnown) return { diagnosis, provenance };
  const explanation = `${diagnosis.explanation} ${thought.reason}`.slice(0, 2000);
  return { diagnosis: { ...diagnosis, explanation }, provenance };
}
