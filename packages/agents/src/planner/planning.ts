import { planDigest, type BoundPlaceholder, type Plan, type PlanRequest, type TrustPolicy } from '@duovir/protocol';
import { promptNamed } from '../brain/prompt.ts';
import { joined, withoutModel, type Provenance } from '../brain/provenance.ts';
import type { Part, Thinker, Thought } from '../brain/thinker.ts';
import { candidateFrom, type Candidate } from './candidate.ts';
import type { Catalogue } from './choice.ts';
import { plannerAnswerSchema, type PlannerAnswer } from './planner-answer.ts';
import { planningParts, repairParts } from './planning-parts.ts';

/** What a model made of a request, after the checks. */
export type Planned = { readonly provenance: Provenance } & (
  | {
      readonly kind: 'planned';
      /** `reading`: it only looks, so that the planner knows the state before it plans. */
      readonly purpose: 'plan' | 'reading';
      readonly plan: Plan;
      readonly explanation: string;
    }
  | { readonly kind: 'asks'; readonly question: string }
  /** The model itself says that it has no plan. */
  | { readonly kind: 'declines'; readonly reason: string }
  /** No answer, or none that the checks let pass. */
  | { readonly kind: 'failed'; readonly reason: string }
);

export interface Planning {
  readonly thinker: Thinker;
  readonly catalogue: Catalogue;
  readonly policy: TrustPolicy;
  readonly request: PlanRequest;
}

/** A model may repair its own plan so often from what the checkers say of it. */
const REPAIRS = 2;

/** Asks for a plan, or for a revision where there are objections; the checkers see it before anybody else does. */
export async function planWithModel(planning: Planning): Promise<Planned> {
  const { catalogue, policy, request } = planning;
  const parts = planningParts(catalogue, request);
  const placeholders: BoundPlaceholder[] = [...(request.objections?.plan.placeholders ?? [])];
  let provenance = withoutModel();
  let faulty: Extract<Candidate, { kind: 'faulty' }> | null = null;
  for (let repair = 0; repair <= REPAIRS; repair += 1) {
    const thought = await ask(planning, [...parts, ...(faulty ? repairParts(faulty) : [])]);
    provenance = joined(provenance, thought.provenance);
    if (thought.kind === 'none')
      return { kind: 'failed', reason: `The model gave no plan (${thought.reason}): ${thought.detail}`, provenance };
    placeholders.push(...thought.placeholders);
    const proposal = thought.value;
    if (proposal.kind === 'question') return { kind: 'asks', question: proposal.question, provenance };
    if (proposal.kind === 'refuse') return { kind: 'declines', reason: proposal.reason, provenance };
    const candidate = candidateFrom(proposal, { catalogue, policy, request, placeholders });
    if (candidate.kind === 'sound') return { ...candidate, kind: 'planned', provenance };
    faulty = candidate;
  }
  const claims = faulty?.faults.map(({ at, claim }) => `${at}: ${claim}`).join(' ') ?? '';
  return {
    kind: 'failed',
    reason: `The checks refused what the model planned, ${REPAIRS + 1} times. ${claims}`,
    provenance,
  };
}

async function ask({ thinker, request }: Planning, parts: readonly Part[]): Promise<Thought<PlannerAnswer>> {
  const { accepted, objections, clarification, state } = request;
  const isFresh = objections === null;
  const thought = await thinker.think({
    run: accepted.run,
    purpose: objections ? 'revise' : 'plan',
    motion: objections ? planDigest(objections.plan) : null,
    prompt: promptNamed(objections ? 'reviser' : 'planner'),
    parts,
    answer: plannerAnswerSchema({ ask: isFresh && clarification === null, read: isFresh && state === undefined }),
  });
  return thought.kind === 'none' ? thought : { ...thought, value: thought.value.answer };
}
