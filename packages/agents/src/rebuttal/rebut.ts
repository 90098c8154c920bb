import { planDigest, type Rebuttal, type RebuttalRequest } from '@duovir/protocol';
import { withoutModel, type Provenance } from '../brain/provenance.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import { AgentError } from '../error.ts';
import { rebutWithModel } from './model-rebuttal.ts';
import { leftToPerson, refutationOf } from './refutation.ts';

const UNDECIDED = 'The bytes of the plan do not decide it; whether it may stay so is for a person to say.';

export interface Rebutted {
  /** One for each finding, in their order. */
  readonly answers: readonly Rebuttal[];
  readonly provenance: Provenance;
}

/** What the bytes refute needs nobody's opinion; of the rest a model is asked, if there is one, else a person. */
export async function rebut(model: ModelBrain | null, request: RebuttalRequest): Promise<Rebutted> {
  const { plan, findings } = request;
  const refuted = findings.flatMap((finding) => refutationOf(finding, plan) ?? []);
  const open = findings.filter(({ id }) => !refuted.some(({ finding }) => finding === id));
  const { answers, provenance } =
    model && open.length > 0
      ? await rebutWithModel(model.thinker, request, open, true)
      : { answers: open.map(({ id }) => leftToPerson(id, UNDECIDED)), provenance: withoutModel() };
  const given = new Map([...refuted, ...answers].map((answer) => [answer.finding, answer]));
  return {
    answers: findings.map(({ id }) => given.get(id) ?? leftToPerson(id, UNDECIDED)),
    provenance,
  };
}

/** Refuses to speak for other bytes than the motion's. */
export function admitRebuttal({ run, motion, plan, evidence, findings }: RebuttalRequest): void {
  if (planDigest(plan) !== motion)
    throw new AgentError('motion-mismatch', 'The plan has other bytes than the digest of the motion.');
  if (plan.run !== run || evidence.request.run !== run)
    throw new AgentError('motion-mismatch', 'Plan, evidence and request are not of one run.');
  if (new Set(findings.map(({ id }) => id)).size !== findings.length)
    throw new AgentError('debate-inconsistent', 'Two findings have one id, and an answer could mean either.');
}
