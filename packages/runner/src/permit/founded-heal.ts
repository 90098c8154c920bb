import { checkHeal } from '@duovir/policy';
import type { Digest, HealEnvelope, Plan, Predicate, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { KnownPlans } from './known-plans.ts';

/** What a patch may do to the plan it changes, as the envelope says; the other findings say that it is no patch at all. */
const envelopeRules: readonly string[] = ['heal.range', 'heal.input-allowed', 'heal.environment'];

/**
 * Invariant 5: a heal changes a plan that was carried out here, by nothing but the envelope's input. Held to what is known
 * here and never to what the server says, so that no healer can pass a plan that nobody has ever carried.
 */
export function assertFoundedHeal(
  motion: Predicate<'motion'>,
  { plan, digest }: { readonly plan: Plan; readonly digest: Digest },
  policy: TrustPolicy,
  plans: KnownPlans,
): void {
  if (motion.kind === 'plan') {
    if (motion.envelope === null) return;
    throw new RunnerError('envelope-exceeded', 'Only a heal may invoke an envelope.');
  }
  const envelope = policy.envelopes.find(({ id }) => id === motion.envelope);
  if (!envelope)
    throw new RunnerError('envelope-exceeded', `The trust policy has no envelope ${motion.envelope} for this heal.`);
  const previous = motion.previous === null ? undefined : plans.find(plan.run, motion.previous);
  if (!previous) throw new RunnerError('heal-unfounded', 'The plan that this heal changes was never carried out here.');
  const [finding] = checkHeal({ previous: previous.plan, next: plan, envelope });
  if (finding)
    throw new RunnerError(
      envelopeRules.includes(finding.rule) ? 'envelope-exceeded' : 'heal-unfounded',
      `${finding.rule}: ${finding.claim}`,
    );
  assertLeft(envelope, policy, plans.healsBeside(plan.run, digest));
}

/** What the officer allows is counted by what has really been done. */
function assertLeft({ id, attempts }: HealEnvelope, { heals }: TrustPolicy, used: readonly string[]): void {
  if (used.filter((one) => one === id).length >= attempts)
    throw new RunnerError('envelope-exceeded', `The ${attempts} attempts of envelope ${id} are used up.`);
  if (used.length >= heals.perRun)
    throw new RunnerError('envelope-exceeded', `The ${heals.perRun} heals of a run are used up.`);
}
