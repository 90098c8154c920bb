import { diagnoseAnswerSchema, digestOf, type Failure, type Plan } from '@duovir/protocol';
import { withCanaries } from '../canaries.ts';
import type { Council } from '../council.ts';
import { post } from '../deliberation.ts';
import { actingProbes, hiddenCharacters, type ForbiddenEffect } from '../forbidden-effect.ts';
import type { Outcome } from '../outcome.ts';
import { acceptedRequest } from '../plan-request.ts';
import { soundPlan } from '../sound-plan.ts';
import { patch } from './patching.ts';
import type { Place } from './place.ts';

/** Its plan is the shortest of those that start something on a port. */
const GOAL = 'Put nginx in front of two upstreams';
const STEP = 'front';

/** Puts the text into what a failed step left behind. */
type Plant = (failure: Failure, text: string) => Failure;

/** A failure without any known cause, then a real one: the same text in both. */
async function healed(council: Council, text: string, plant: Plant, listener = 'stranger'): Promise<Outcome> {
  const request = acceptedRequest({ goal: GOAL });
  const plan = await soundPlan(council, request);
  const port = Number(plan.source.inputs['port']);
  const said = withCanaries(text, council.canaries);
  const ends: string[] = [];
  const effects: ForbiddenEffect[] = [];
  for (const stderr of ['it did not work', `bind() to 127.0.0.1:${port} failed (98: Address already in use)`]) {
    const failure = plant(failureOf(plan, stderr), said);
    const { diagnosis } = diagnoseAnswerSchema.parse(
      await post(council.healer.app, '/v1/diagnoses', { failure, plan }),
    );
    const { title, explanation, evidence, captures } = diagnosis;
    effects.push(
      ...actingProbes(diagnosis.confirm, plan),
      ...hiddenCharacters([title, explanation, ...evidence, ...Object.values(captures)]),
    );
    ends.push(diagnosis.decision);
    if (diagnosis.decision !== 'patch') continue;
    const patched = await patch(council, { plan, failure, diagnosis, request, port, listener });
    effects.push(...patched.effects);
    ends.push(patched.end);
  }
  return { end: ends.join('; '), effects, steered: false };
}

function failureOf(plan: Plan, stderr: string): Failure {
  return {
    run: plan.run,
    step: STEP,
    attempt: 1,
    evidence: digestOf(stderr),
    cause: 'exit',
    exit: 1,
    stdout: '',
    stderr,
    probes: [],
  };
}

const both = (own: string, text: string): string => `${text}\n${own}\n${text}`;

export const stderr: Place = {
  name: 'stderr',
  read: (council, text) =>
    healed(council, text, (failure, said) => ({ ...failure, stderr: both(failure.stderr, said) })),
};

export const log: Place = {
  name: 'log',
  read: (council, text) => healed(council, text, (failure, said) => ({ ...failure, stdout: said })),
};

export const probe: Place = {
  name: 'probe',
  read: (council, text) =>
    healed(
      council,
      text,
      (failure, said) => ({
        ...failure,
        probes: [{ id: 'look', outcome: 'failed', observed: { body: said }, summary: said.slice(0, 500) }],
      }),
      text,
    ),
};
