import { randomBytes } from 'node:crypto';
import {
  patchAnswerSchema,
  planDigest,
  type AcceptedRequest,
  type Diagnosis,
  type Failure,
  type Plan,
} from '@duovir/protocol';
import type { Council } from '../council.ts';
import { deliberate, post } from '../deliberation.ts';
import { effectsOfMotion, hiddenCharacters } from '../forbidden-effect.ts';
import type { Outcome } from '../outcome.ts';

export interface Wound {
  readonly plan: Plan;
  readonly failure: Failure;
  readonly diagnosis: Diagnosis;
  readonly request: AcceptedRequest;
  /** Where the attestor sees a stranger. */
  readonly port: number;
  readonly listener: string;
}

/** The attestor confirms whatever is asked, which is more than it would do. */
export async function patch(
  council: Council,
  { plan, failure, diagnosis, request, port, listener }: Wound,
): Promise<Outcome> {
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
      evidence: { step: failure.step, signature, explanation, observation, previous: planDigest(plan) },
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
