import type { Digest } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import { carryMotion } from './carry-motion.ts';
import { inCircles, rejectedPlan, rejectedRequest, stoppedBefore, unanswered } from './ending.ts';
import type { CarriedMotion, Objections } from './motion.ts';
import { readState } from './read-state.ts';
import type { Proposal } from './stages/plan.ts';
import type { Requested } from './stages/request.ts';
import type { Ending } from './stages/settle.ts';
import { nothingBegun, type Begun } from './work.ts';

/** More talk than this does not make plans better, only dearer. */
const MOST_REVISIONS = 2;

export type Agreement =
  | { readonly kind: 'carried'; readonly motion: CarriedMotion; readonly begun: Begun }
  | { readonly kind: 'none'; readonly ending: Ending };

/**
 * From a request to a carried plan. A planner that can may answer findings with a revision, which is a motion of its
 * own and passes the same gates; it may ask a person one question, and read state once.
 */
export async function agreeOnPlan(durable: RunDurable, requested: Requested): Promise<Agreement> {
  const none = (ending: Ending): Agreement => ({ kind: 'none', ending });
  const proposed = new Set<Digest>();
  let clarification: Digest | null = null;
  let objections: Objections | null = null;
  let state: Digest | null = null;
  let begun = nothingBegun;
  for (let revision = 1, revised = 0; ;) {
    const proposal: Proposal = await durable.step('plan', { requested, revision, clarification, state, objections });
    if (proposal.kind === 'refused') return none(rejectedRequest(proposal));
    if (proposal.kind === 'asked') {
      const heard = await clarify(durable, proposal.question);
      if (heard.kind === 'cancelled') return none(stoppedBefore());
      if (heard.kind === 'unanswered') return none(unanswered());
      clarification = heard.clarification;
      continue;
    }
    if (proposal.kind === 'reading') {
      const reading = await readState(durable, proposal.motion);
      if (reading.kind === 'none') return reading;
      ({ state, begun } = reading);
      revision += 1;
      continue;
    }
    if (proposed.has(proposal.content)) return none(inCircles());
    proposed.add(proposal.content);
    const decision = await carryMotion(durable, proposal.motion);
    if (decision.kind === 'carried') return { ...decision, begun };
    if (decision.kind === 'cancelled') return none(stoppedBefore());
    if (!proposal.revisable || decision.objections === null || revised >= MOST_REVISIONS)
      return none(rejectedPlan(decision));
    objections = decision.objections;
    revised += 1;
    revision += 1;
  }
}

type Heard =
  | { readonly kind: 'answered'; readonly clarification: Digest }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'cancelled' };

async function clarify(durable: RunDurable, question: Digest): Promise<Heard> {
  const { until } = await durable.step('ask', { question });
  for (;;) {
    const heard = await durable.step('hear', { question, until });
    if (heard.kind !== 'waiting') return heard;
    await durable.awake(clarificationTopic(durable.run), heard.waitMs);
  }
}

/** Whoever answers the planner's question, or stops the run meanwhile, wakes the workflow under this topic. */
export function clarificationTopic(run: string): string {
  return `clarification/${run}`;
}
