import {
  envelopeDigest,
  executionDigest,
  type Digest,
  type Envelope,
  type Predicate,
  type Purpose,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { CarriedMotion } from '../motion.ts';
import type { Execution, Ports } from '../ports.ts';
import { present } from '../present.ts';
import { openFrom, record } from '../stated.ts';
import { groundsOf } from './grounds.ts';

export interface ExecuteInput {
  readonly motion: CarriedMotion;
  readonly step: string;
  readonly purpose: Purpose;
  readonly attempt: number;
  readonly permit: string;
  readonly envelope: Envelope;
  readonly proof: string;
}

export type Executed =
  | { readonly kind: 'succeeded'; readonly receipt: Digest; readonly subject: Digest }
  | { readonly kind: 'failed'; readonly failed: FailedExecution }
  | { readonly kind: 'refused'; readonly code: string; readonly explanation: string }
  | { readonly kind: 'sandbox-lost' }
  | { readonly kind: 'cancelled' };

export interface FailedExecution {
  readonly receipt: Digest;
  readonly cause: string;
  readonly exit: number | null;
  /** Digest of the document with the last output of both streams. */
  readonly output: Digest;
}

/** Stage 6: the runner believes only what it verifies itself; what it did comes back as its signed receipt. */
export async function executeStep(context: Context, run: string, input: ExecuteInput): Promise<Executed> {
  const { ports } = context;
  const { motion, step, purpose, attempt, permit } = input;
  const grounds = await groundsOf(context, run, motion);
  const { plan } = grounds;
  const planned = present(
    plan.steps.find(({ id }) => id === step),
    `step ${step}`,
  );
  await ports.events.publish(run, `step-start/${purpose}/${step}/${attempt}`, {
    type: 'step-start',
    body: { step, title: planned.title, action: actionOf(planned, purpose), purpose, attempt },
  });
  const execution = await ports.runner.execute(
    {
      ...grounds,
      permit: input.envelope,
      proof: input.proof,
      restorations: [...(await ports.models.restorations(run, plan))],
    },
    permit,
    (stream, text) => ports.events.log(run, { step, attempt, stream, text }),
  );
  switch (execution.kind) {
    case 'interrupted':
      return { kind: 'sandbox-lost' };
    case 'refusal':
      return refused(ports, run, input, execution);
    case 'receipt':
      return received(
        ports,
        run,
        input,
        execution,
        present(executionDigest(plan, step, purpose), `${purpose} of step ${step}`),
      );
  }
}

function actionOf(
  planned: {
    readonly call: { readonly action: string };
    readonly compensate: { readonly kind: string; readonly call?: { readonly action: string } };
  },
  purpose: Purpose,
): string {
  return purpose === 'compensate' ? (planned.compensate.call?.action ?? planned.call.action) : planned.call.action;
}

async function refused(
  ports: Ports,
  run: string,
  input: ExecuteInput,
  execution: Execution & { readonly kind: 'refusal' },
): Promise<Executed> {
  openFrom(ports, execution.refusal, 'refusal', 'runner');
  const { entry } = await record(ports, `refusal/${input.permit}`, run, execution.refusal);
  await ports.events.publish(run, `permit-refuse/${input.permit}`, {
    type: 'permit-refuse',
    body: {
      permit: input.permit,
      step: input.step,
      code: execution.code,
      explanation: `${execution.message} ${execution.remedy}`,
      entry,
    },
  });
  return { kind: 'refused', code: execution.code, explanation: execution.message };
}

async function received(
  ports: Ports,
  run: string,
  input: ExecuteInput,
  execution: Execution & { readonly kind: 'receipt' },
  subject: Digest,
): Promise<Executed> {
  const { statement } = openFrom(ports, execution.receipt, 'receipt', 'runner');
  const { predicate } = statement;
  if (statement.subject !== subject || statement.run !== run || predicate.permit !== input.permit)
    throw new EngineError('answer-inconsistent', 'The receipt is for another permit or other bytes.');
  const { entry } = await record(ports, `receipt/${input.permit}`, run, execution.receipt);
  const output = await ports.documents.put(
    run,
    'output',
    { permit: input.permit, stdout: execution.stdout, stderr: execution.stderr },
    ports.random.hex(32),
  );
  await sayEnd(ports, run, input, predicate, execution.stderr, entry);
  const receipt = envelopeDigest(execution.receipt);
  if (predicate.outcome === 'succeeded') return { kind: 'succeeded', receipt, subject };
  // A stop of everything ends steps in the same way; its runs go on when it is lifted, from a step that failed.
  if (predicate.cause === 'cancelled' && (await ports.runs.cancelled(run))) return { kind: 'cancelled' };
  if (predicate.cause === 'sandbox-lost') return { kind: 'sandbox-lost' };
  return { kind: 'failed', failed: { receipt, cause: predicate.cause, exit: predicate.exit, output: output.digest } };
}

async function sayEnd(
  ports: Ports,
  run: string,
  input: ExecuteInput,
  predicate: Predicate<'receipt'>,
  stderr: string,
  entry: number,
): Promise<void> {
  const { step, purpose, attempt } = input;
  const { outcome, cause, exit } = predicate;
  const milliseconds = Date.parse(predicate.endedAt) - Date.parse(predicate.startedAt);
  await ports.events.publish(run, `step-end/${purpose}/${step}/${attempt}`, {
    type: 'step-end',
    body: { step, purpose, attempt, outcome, cause, exit, stderr: stderr.slice(-4096), milliseconds, entry },
  });
}
