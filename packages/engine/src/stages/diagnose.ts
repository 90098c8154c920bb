import {
  canonicalJson,
  commitTo,
  diagnosisSchema,
  listenerSchema,
  probeObservationSchema,
  type Diagnosis,
  type Digest,
  type Envelope,
  type Failure,
} from '@duovir/protocol';
import * as z from 'zod';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { Ports } from '../ports.ts';
import { openThought, record } from '../stated.ts';

/** What failed: the execution itself, or what the attestor then saw. */
export interface StepFailure {
  readonly step: string;
  readonly attempt: number;
  /** Digest of the receipt or the attestation that shows it. */
  readonly evidence: Digest;
  readonly cause: string;
  readonly exit: number | null;
  readonly output: Digest | null;
  readonly observation: Digest | null;
}

export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  /** The failure as the healer was shown it. */
  readonly failure: Failure;
  /** The healer's own, and the salt of what it commits to. */
  readonly statement: Envelope;
  readonly salt: string;
}

const outputSchema = z.object({ stdout: z.string(), stderr: z.string() });
export const observationSchema = z.object({
  observations: z.array(probeObservationSchema),
  listeners: z.array(listenerSchema),
  differences: z.array(z.string()),
});

/** Stage 8, first half: the healer names the cause from the evidence. Output of programs is data to it, not instruction (Invariant 10). */
export async function diagnoseFailure(
  { ports, plans, stages }: Context,
  run: string,
  input: { readonly motion: Digest; readonly failed: StepFailure },
): Promise<Diagnosed> {
  await stages.enter(ports, run, 'heal');
  const { failed } = input;
  const output = failed.output
    ? outputSchema.parse(await ports.documents.get(failed.output))
    : { stdout: '', stderr: '' };
  const seen = failed.observation
    ? observationSchema.parse(await ports.documents.get(failed.observation))
    : { observations: [] };
  const failure: Failure = {
    run,
    step: failed.step,
    attempt: failed.attempt,
    evidence: failed.evidence,
    cause: failed.cause,
    exit: failed.exit,
    stdout: output.stdout.slice(-65_536),
    stderr: output.stderr.slice(-65_536),
    probes: seen.observations,
  };
  const answer = await ports.healer.diagnose({ failure, plan: await plans.load(input.motion) });
  const diagnosis = diagnosisSchema.parse(answer.diagnosis);
  await sayDiagnosis(ports, run, failed, diagnosis, answer);
  return { diagnosis, failure, statement: answer.envelope, salt: answer.salt };
}

async function sayDiagnosis(
  ports: Ports,
  run: string,
  failed: StepFailure,
  diagnosis: Diagnosis,
  answer: { readonly envelope: Parameters<typeof openThought>[1]; readonly salt: string },
): Promise<void> {
  const { statement } = openThought(ports, answer.envelope, 'diagnosis', 'healer');
  if (statement.subject !== failed.evidence || statement.predicate.decision !== diagnosis.decision)
    throw new EngineError('answer-inconsistent', 'The diagnosis is about another failure than was asked.');
  if (commitTo(answer.salt, canonicalJson(diagnosis)) !== statement.predicate.commitment)
    throw new EngineError('commitment-broken', 'The healer explains the failure in other words than it signed for.');
  await ports.documents.put(run, 'diagnosis', diagnosis, answer.salt);
  const { entry } = await record(ports, `diagnosis/${failed.step}/${failed.attempt}`, run, answer.envelope);
  await ports.events.publish(run, `diagnosis-make/${failed.step}/${failed.attempt}`, {
    type: 'diagnosis-make',
    body: { step: failed.step, attempt: failed.attempt, diagnosis, entry },
  });
}

/** Tells people what the confirm probe showed: who really holds the port. */
export async function sayConfirmation(
  { ports }: Context,
  run: string,
  input: {
    readonly failed: StepFailure;
    readonly diagnosis: Diagnosis;
    readonly outcome: 'succeeded' | 'failed' | 'unknown';
    readonly observation: Digest;
    readonly entry: number;
  },
): Promise<null> {
  const { listeners, observations } = observationSchema.parse(await ports.documents.get(input.observation));
  const port = Number(input.diagnosis.captures['port']);
  await ports.events.publish(run, `diagnosis-confirm/${input.failed.step}/${input.failed.attempt}`, {
    type: 'diagnosis-confirm',
    body: {
      step: input.failed.step,
      outcome: input.outcome,
      listeners: listeners.filter((listener) => listener.port === port),
      summary: observations
        .map(({ summary }) => summary)
        .join('; ')
        .slice(0, 1000),
      entry: input.entry,
    },
  });
  return null;
}
