import {
  executionDigest,
  planDigest,
  planSchema,
  type Diagnosis,
  type Digest,
  type Failure,
  type HealEnvelope,
  type TrustPolicy,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion, Motion } from '../motion.ts';
import { openFrom, record } from '../stated.ts';
import { observationSchema } from './diagnose.ts';
import { loadPlan } from './freeze.ts';

export type Patch =
  | { readonly kind: 'patched'; readonly motion: Motion }
  | { readonly kind: 'none'; readonly reason: string };

export interface PatchInput {
  readonly motion: FrozenMotion;
  readonly diagnosis: Diagnosis;
  readonly failure: Failure;
  /** Document with what the confirm probe observed. */
  readonly observation: Digest;
  /** Patches this run has already had in this envelope. */
  readonly used: number;
  /** Steps already done; those whose bytes the patch changes are undone and done again. */
  readonly done: readonly { readonly step: string; readonly subject: Digest }[];
}

/** Stage 8, second half: the smallest change that cures the cause, inside limits agreed beforehand. It is a motion like any other (Invariant 5). */
export async function proposePatch({ ports }: Context, run: string, input: PatchInput): Promise<Patch> {
  const plan = await loadPlan(ports, input.motion.digest);
  const envelope = envelopeFor(ports.trust.current().policy, input.diagnosis.signature, plan.environment);
  if (!envelope)
    return { kind: 'none', reason: 'The trust policy has no envelope for this cause in this environment.' };
  if (input.used >= envelope.attempts)
    return { kind: 'none', reason: `The ${envelope.attempts} attempts of envelope ${envelope.id} are used up.` };
  const { listeners } = observationSchema.parse(await ports.documents.get(input.observation));
  const answer = await ports.healer.patch({
    failure: input.failure,
    diagnosis: input.diagnosis,
    plan,
    listeners,
    envelope: { id: envelope.id, inputs: envelope.inputs, from: envelope.range.from, to: envelope.range.to },
    salt: ports.random.hex(16),
    revision: plan.revision + 1,
  });
  if (answer.kind === 'none') return answer;
  const next = planSchema.parse(answer.plan);
  const digest = planDigest(next);
  const { statement, principal } = openFrom(ports, answer.envelope, 'plan', 'healer');
  if (statement.subject !== digest || next.run !== run || next.revision !== plan.revision + 1)
    throw new EngineError('answer-inconsistent', 'The patched plan is not the one its statement names.');
  await ports.documents.put(run, 'plan', next, ports.random.hex(32));
  const stated = await record(ports, `plan/${digest}`, run, answer.envelope);
  const redo = input.done
    .filter(({ step, subject }) => executionDigest(next, step, 'apply') !== subject)
    .map(({ step }) => step);
  await ports.events.publish(run, `patch-propose/${next.revision}`, {
    type: 'patch-propose',
    body: {
      step: input.failure.step,
      revision: next.revision,
      motion: digest,
      patch: [...answer.patch],
      explanation: answer.explanation,
      redo,
      entry: stated.entry,
    },
  });
  return {
    kind: 'patched',
    motion: {
      kind: 'heal',
      digest,
      revision: next.revision,
      proposer: principal.name,
      statement: stated.envelope,
      heal: {
        step: input.failure.step,
        signature: envelope.signature,
        explanation: input.diagnosis.explanation,
        observation: input.observation,
        previous: input.motion.digest,
        envelope: envelope.id,
      },
    },
  };
}

function envelopeFor(
  policy: TrustPolicy,
  signature: string | null,
  environment: HealEnvelope['environments'][number],
): HealEnvelope | undefined {
  return policy.envelopes.find(
    (envelope) => envelope.signature === signature && envelope.environments.includes(environment),
  );
}
