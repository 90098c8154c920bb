import {
  digestOfBytes,
  executionDigest,
  planDigest,
  type Diagnosis,
  type Digest,
  type Failure,
  type HealEnvelope,
  type Plan,
  type TrustPolicy,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion, Motion } from '../motion.ts';
import { openThought, record } from '../stated.ts';
import { observationSchema } from './diagnose.ts';

export type Patch =
  | { readonly kind: 'patched'; readonly motion: Motion }
  | { readonly kind: 'none'; readonly reason: string };

export interface PatchInput {
  readonly motion: FrozenMotion;
  readonly diagnosis: Diagnosis;
  readonly failure: Failure;
  /** Document with what the confirm probe observed. */
  readonly observation: Digest;
  /** Patches there have been: by envelope over the run, and of this step. */
  readonly used: { readonly envelopes: readonly string[]; readonly ofStep: number };
  /** Steps already done; those whose bytes the patch changes are undone and done again. */
  readonly done: readonly { readonly step: string; readonly subject: Digest }[];
}

/** Stage 8, second half: the smallest change that cures the cause, inside limits agreed beforehand. It is a motion like any other (Invariant 5). */
export async function proposePatch({ ports, plans }: Context, run: string, input: PatchInput): Promise<Patch> {
  const plan = await plans.load(input.motion.digest);
  const { policy } = ports.trust.current();
  const envelope = envelopeFor(policy, input.diagnosis, plan);
  if (!envelope)
    return { kind: 'none', reason: 'The trust policy has no envelope for this cause in this environment.' };
  const spent = spentLimit(policy, envelope, input);
  if (spent) return { kind: 'none', reason: `The ${spent} are used up.` };
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
  const next = answer.plan;
  const digest = planDigest(next);
  const { statement, principal } = openThought(ports, answer.envelope, 'plan', 'healer');
  if (statement.subject !== digest || next.run !== run || next.revision !== plan.revision + 1)
    throw new EngineError('answer-inconsistent', 'The patched plan is not the one its statement names.');
  const stored = await ports.documents.put(run, 'plan', next, digestOfBytes(next.salt).slice('sha256:'.length));
  if (stored.commitment !== statement.predicate.commitment)
    throw new EngineError('commitment-broken', 'The healer has committed to another plan than it gave.');
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
      previous: input.motion.digest,
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

/** The envelope for this cause whose inputs hold the very value that fails. */
function envelopeFor(policy: TrustPolicy, { signature, captures }: Diagnosis, plan: Plan): HealEnvelope | undefined {
  const failing = Number(captures['port']);
  return policy.envelopes.find(
    (envelope) =>
      envelope.signature === signature &&
      envelope.environments.includes(plan.environment) &&
      envelope.inputs.some((name) => plan.source.inputs[name] === failing),
  );
}

/** What the security officer allows is counted, and nothing is healed beyond it. */
function spentLimit(policy: TrustPolicy, envelope: HealEnvelope, input: PatchInput): string | undefined {
  if (input.used.envelopes.filter((id) => id === envelope.id).length >= envelope.attempts)
    return `${envelope.attempts} attempts of envelope ${envelope.id}`;
  if (input.used.envelopes.length >= policy.heals.perRun) return `${policy.heals.perRun} heals of a run`;
  if (input.used.ofStep >= policy.heals.perStep) return `${policy.heals.perStep} heals of a step`;
  return undefined;
}
