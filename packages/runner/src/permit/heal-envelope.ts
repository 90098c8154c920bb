import type { HealEnvelope, Plan, Predicate, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** A heal that invokes an envelope stays inside it (Invariant 5). */
export function assertInsideEnvelope(motion: Predicate<'motion'>, plan: Plan, policy: TrustPolicy): void {
  if (motion.envelope === null) return;
  const envelope = policy.envelopes.find(({ id }) => id === motion.envelope);
  if (motion.kind !== 'heal' || !envelope)
    throw new RunnerError('envelope-exceeded', `The trust policy has no envelope ${motion.envelope} for this motion.`);
  if (!envelope.environments.includes(plan.environment))
    throw new RunnerError('envelope-exceeded', `Envelope ${envelope.id} does not hold for ${plan.environment}.`);
  if (!envelope.inputs.some((name) => inRange(plan.source.inputs[name], envelope)))
    throw new RunnerError('envelope-exceeded', `No input of the plan lies in the range of envelope ${envelope.id}.`);
}

const inRange = (value: unknown, { range }: HealEnvelope): boolean =>
  typeof value === 'number' && value >= range.from && value <= range.to;
