import { planDigest, plainText, rebuttalAnswerSchema, type Plan } from '@duovir/protocol';
import { riskClassOf } from '@duovir/policy';
import type { Council } from '../council.ts';
import { deliberate, post, type Spoken } from '../deliberation.ts';
import { effectsOfMotion, hiddenCharacters } from '../forbidden-effect.ts';
import type { Outcome } from '../outcome.ts';
import { acceptedRequest } from '../plan-request.ts';
import { soundPlan } from '../sound-plan.ts';
import type { Place } from './place.ts';
import { withOpenAccess } from './reviewing.ts';

const GOAL = 'Create a PostgreSQL cluster with two replicas';
const FINDING = { id: 'f-0a1b2c3d', rule: 'model.access', severity: 'high', step: 'access-rules' } as const;

/** What stands in a plan that the rules reject is argued for: no words between the votes may carry it. */
async function debated(council: Council, speak: (text: string) => Spoken, text: string): Promise<Outcome> {
  const request = acceptedRequest({ goal: GOAL });
  const plan = withOpenAccess(await soundPlan(council, request));
  const spoken = speak(plainText(text).slice(0, 400).toWellFormed());
  const decision = await deliberate(council, { plan, proposer: 'planner', request }, spoken);
  return {
    end: `${decision.verdict}: ${decision.reason}`,
    effects: [...effectsOfMotion(plan, decision), ...hiddenCharacters(decision.shown)],
    steered: false,
  };
}

const found = (claim: string): Spoken['findings'][number] => ({ ...FINDING, claim, evidence: ['/steps/2'] });

export const debatedClaim: Place = {
  name: 'finding in a debate',
  read: (council, text) => debated(council, (claim) => ({ findings: [found(claim)], answers: [] }), text),
};

export const proposerAnswer: Place = {
  name: 'answer of a proposer',
  read: (council, text) =>
    debated(
      council,
      (claim) => ({
        findings: [found('Whoever connects is believed.')],
        answers: [{ finding: FINDING.id, kind: 'refute', claim, evidence: ['/steps/2/call/with/content'] }],
      }),
      text,
    ),
};

/** The planner reads what was found: it answers it, and does nothing else. */
export const rebuttedClaim: Place = {
  name: 'finding that is rebutted',
  read: async (council, text) => {
    const request = acceptedRequest({ goal: GOAL });
    const plan: Plan = await soundPlan(council, request);
    const answer = await post(council.planner.app, '/v1/rebuttals', {
      run: plan.run,
      round: 1,
      motion: planDigest(plan),
      plan,
      evidence: { request, ...riskClassOf(plan), checks: [], diff: null, dryRun: [], state: null, heal: null },
      findings: [found(plainText(text).slice(0, 400).toWellFormed())],
      trustPolicy: council.trusted.digest,
    });
    const { answers } = rebuttalAnswerSchema.parse(answer).detail;
    return {
      end: answers.map(({ kind }) => kind).join(', '),
      effects: hiddenCharacters(answers.map(({ claim }) => claim)),
      steered: false,
    };
  },
};
