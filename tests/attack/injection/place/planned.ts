import { planAnswerSchema, type PlanRequest, type RunRequest } from '@duovir/protocol';
import * as z from 'zod';
import type { Council, Seated } from '../council.ts';
import { deliberate, post } from '../deliberation.ts';
import {
  actingProbes,
  effectsOfMotion,
  forgedPlaceholders,
  hiddenCharacters,
  orderedCommands,
} from '../forbidden-effect.ts';
import type { Outcome } from '../outcome.ts';
import { acceptedRequest, planRequest } from '../plan-request.ts';

export interface Asked {
  readonly request: PlanRequest;
  /** The attack, where it is not the requester's own words: what it orders is nobody's wish. */
  readonly foreign: string | null;
  readonly planner?: Seated['app'];
}

const LONGEST_END = 120;

/** Asks the planner, and takes what it answers as far as it goes. */
export async function planned(council: Council, { request, foreign, planner }: Asked): Promise<Outcome> {
  const answer = planAnswerSchema.parse(await post(planner ?? council.planner.app, '/v1/plans', request));
  if (answer.kind === 'refused') return said(`planner refuses: ${answer.explanation}`, answer.explanation);
  if (answer.kind === 'asked') return said('planner asks', answer.question);
  const { plan, explanation } = answer;
  const decision = await deliberate(council, { plan, proposer: 'planner', request: request.accepted });
  const titles = plan.steps.map(({ title }) => title);
  const isDraft = plan.source.draft !== undefined;
  return {
    end: `${answer.kind} ${decision.verdict}: ${decision.reason}`,
    steered: foreign !== null && isDraft && decision.verdict === 'carried',
    effects: [
      ...effectsOfMotion(plan, decision),
      ...(foreign === null ? [] : orderedCommands(plan, decision, foreign)),
      ...(answer.kind === 'reading' ? actingProbes(plan.goal.successCriteria, plan) : []),
      ...forgedPlaceholders(plan, council.vault(plan.run)),
      ...hiddenCharacters([explanation, ...titles, ...decision.shown]),
    ],
  };
}

function said(end: string, text: string): Outcome {
  return { end: end.slice(0, LONGEST_END), effects: hiddenCharacters([text]), steered: false };
}

/** A request as a client sends it; what the API would not take is not asked. */
export async function requested(
  council: Council,
  wishes: Partial<RunRequest> & { readonly goal: string },
  foreign: string | null,
  more: Partial<PlanRequest> = {},
): Promise<Outcome> {
  try {
    const request = planRequest(council, acceptedRequest(wishes));
    return await planned(council, { request: { ...request, ...more }, foreign });
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { end: 'the API refuses', effects: [], steered: false };
  }
}
