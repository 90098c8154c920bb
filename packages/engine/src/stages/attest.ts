import {
  DuovirError,
  envelopeDigest,
  type AttestRequest,
  type Digest,
  type Plan,
  type Probe,
  type ProbeOutcome,
  type Step,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { CarriedMotion } from '../motion.ts';
import { openFrom, record } from '../stated.ts';
import type { Diagnosed } from './diagnose.ts';
import { groundsOf } from './grounds.ts';

export interface AttestInput {
  readonly motion: CarriedMotion;
  readonly about: AttestRequest['about'];
  readonly step: string | null;
  readonly attempt: number;
  readonly fence: number;
  readonly baseline: Digest | null;
  /** A diagnosis whose probes these are; everything else is looked up in the plan. */
  readonly diagnosed?: Pick<Diagnosed, 'diagnosis' | 'statement' | 'salt'>;
}

export interface Attested {
  readonly kind: 'attested';
  readonly outcome: ProbeOutcome;
  readonly entry: number;
  readonly attestation: Digest;
  readonly fingerprint: Digest | null;
  /** Document with the observations and the listeners there are. */
  readonly observation: Digest;
  readonly differences: readonly string[];
  /** There was no sandbox of this generation to look into. */
  readonly sandboxGone: boolean;
}

/** As runner and attestor say that what was decided no longer holds: under a newer trust policy, or by somebody put out. */
const STALE = /^(?:trust-policy-stale|principal-revoked): /;

/** Stage 7: another principal than the runner looks, and only what it saw counts. `unknown` is never success. */
export async function attestState(
  context: Context,
  run: string,
  input: AttestInput,
): Promise<Attested | { readonly kind: 'stale' }> {
  const { ports } = context;
  const { motion, about, step, attempt, fence, diagnosed } = input;
  const grounds = await groundsOf(context, run, motion);
  const { plan } = grounds;
  const planned = plan.steps.find(({ id }) => id === step);
  const probes = diagnosed?.diagnosis.confirm ?? probesOf(plan, planned, about);
  const sandbox = await ports.runner.sandbox(run);
  const request: AttestRequest = {
    run,
    subject: motion.digest,
    about,
    step,
    attempt,
    // A control looks once: nothing is there yet to wait for.
    probes: probes.map((probe) => (about === 'control' ? { ...probe, deadlineMs: 0 } : probe)),
    sandbox,
    baseline: input.baseline,
    grounds,
    author: diagnosed
      ? { kind: 'diagnosis', statement: diagnosed.statement, diagnosis: diagnosed.diagnosis, salt: diagnosed.salt }
      : null,
    placeholders: plan.placeholders ?? [],
    restorations: [...(await ports.models.restorations(run, plan))],
  };
  const answer = await ports.attestor.attest(request).catch(staleness);
  if (answer === 'stale') return { kind: 'stale' };
  const { statement } = openFrom(ports, answer.attestation, 'attestation', 'attestor');
  if (
    statement.subject !== motion.digest ||
    statement.run !== run ||
    statement.predicate.about !== about ||
    statement.predicate.outcome !== answer.outcome
  )
    throw new EngineError('answer-inconsistent', 'The attestation is about something else than was asked.');
  const key = `attestation/${about}/${step ?? 'run'}/${attempt}/${fence}`;
  const { entry, envelope } = await record(ports, key, run, answer.attestation);
  const { observations, listeners, differences } = answer;
  const stored = await ports.documents.put(
    run,
    'observation',
    { observations, listeners, differences },
    ports.random.hex(32),
  );
  await ports.events.publish(run, key, {
    type: 'attestation-make',
    body: { about, step, outcome: answer.outcome, probes: observations, differences, entry },
  });
  return {
    kind: 'attested',
    outcome: answer.outcome,
    entry,
    attestation: envelopeDigest(envelope),
    fingerprint: answer.fingerprint,
    observation: stored.digest,
    differences,
    sandboxGone: await isGone(ports, run, fence, answer.outcome),
  };
}

function staleness(error: unknown): 'stale' {
  if (error instanceof DuovirError && STALE.test(error.message)) return 'stale';
  throw error;
}

/** Asked after the look: a sandbox can die while the attestor is in it, and then nothing was seen to fail. */
async function isGone(ports: Ports, run: string, fence: number, outcome: ProbeOutcome): Promise<boolean> {
  return outcome !== 'succeeded' && (await ports.runner.sandbox(run))?.generation !== fence;
}

/** Only probes that were approved with the plan; a control of one step is its check. */
function probesOf(plan: Plan, step: Step | undefined, about: AttestRequest['about']): readonly Probe[] {
  if (about === 'step') return step?.verify ?? [];
  if (about === 'control' && step) return step.check ? [step.check] : [];
  return about === 'goal' || about === 'control' || about === 'reading' ? plan.goal.successCriteria : [];
}
