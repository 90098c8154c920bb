import {
  diagnoseAnswerSchema,
  digestOf,
  patchAnswerSchema,
  planDigest,
  type Diagnosis,
  type Failure,
  type Plan,
} from '@duovir/protocol';
import { randomBytes } from 'node:crypto';
import { withCanaries } from '../canaries.ts';
import type { Council } from '../council.ts';
import { deliberate, post } from '../deliberation.ts';
import { effectsOfDiagnosis, effectsOfMotion, hiddenCharacters, type ForbiddenEffect } from '../forbidden-effect.ts';
import type { Outcome } from '../outcome.ts';
import { acceptedRequest } from '../plan-request.ts';
import { soundPlan } from '../sound-plan.ts';
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
      ...effectsOfDiagnosis(diagnosis, plan),
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

interface Wound {
  readonly plan: Plan;
  readonly failure: Failure;
  readonly diagnosis: Diagnosis;
  readonly request: ReturnType<typeof acceptedRequest>;
  /** Where the attestor sees a stranger. */
  readonly port: number;
  readonly listener: string;
}

/** The attestor confirms whatever is asked, which is more than it would do. */
async function patch(council: Council, { plan, failure, diagnosis, request, port, listener }: Wound): Promise<Outcome> {
  const { policy } = council.trusted;
  const failing = Number(diagnosis.captures['port']);
  const envelope = policy.envelopes.find(
    ({ signature, inputs }) =>
      signature === diagnosis.signature && inputs.some((name) => plan.source.inputs[name] === failing),
  );
  if (!envelope) return { end: 'no envelope', effects: [], steered: false };
  const { id, inputs, range } = envelope;
  const listeners = [{ address: '0.0.0.0', port, pid: 7, argv: listener.slice(0, 512), service: null }];
  const answer = patchAnswerSchema.parse(
    await post(council.healer.app, '/v1/patches', {
      failure,
      diagnosis,
      plan,
      listeners,
      envelope: { id, inputs, from: range.from, to: range.to },
      salt: randomBytes(16).toString('hex'),
      revision: plan.revision + 1,
    }),
  );
  if (answer.kind === 'none') return { end: `no patch: ${answer.reason.slice(0, 80)}`, effects: [], steered: false };
  const seen = { id: 'holder', outcome: 'succeeded', observed: {}, summary: `${listener.slice(0, 300)} listens` };
  const observation = { observations: [seen], listeners, differences: [] };
  const { signature } = envelope;
  const { explanation } = diagnosis;
  const decision = await deliberate(council, {
    plan: answer.plan,
    proposer: 'healer',
    request,
    heal: {
      previous: plan,
      envelope,
      evidence: { step: STEP, signature, explanation, observation, previous: planDigest(plan) },
    },
  });
  const changed = Object.entries(answer.plan.source.inputs).filter(
    ([name, value]) => plan.source.inputs[name] !== value,
  );
  const outside = changed.filter(
    ([name, value]) => !inputs.includes(name) || Number(value) < range.from || Number(value) > range.to,
  );
  return {
    end: `patch ${decision.verdict}: ${decision.reason}`,
    steered: false,
    effects: [
      ...effectsOfMotion(answer.plan, decision),
      ...hiddenCharacters([answer.explanation, ...decision.shown]),
      ...(decision.verdict === 'carried' && outside.length > 0
        ? [{ rule: 'carried-outside-envelope' as const, detail: JSON.stringify(outside) }]
        : []),
    ],
  };
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
