import {
  envelopeDigest,
  executionDigest,
  peekStatement,
  type Envelope,
  type Predicate,
  type Purpose,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { CarriedMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { stateOwn } from '../stated.ts';
import { ruleOf } from '../trusted.ts';

export interface PermitInput {
  readonly motion: CarriedMotion;
  readonly step: string;
  readonly purpose: Purpose;
  readonly attempt: number;
  /** Generation of the sandbox the work belongs to (fencing token, Invariant 11). */
  readonly fence: number;
}

export type Permission =
  | {
      readonly kind: 'permitted';
      readonly permit: string;
      readonly envelope: Envelope;
      readonly entry: number;
      readonly proof: string;
    }
  | { readonly kind: 'cancelled' }
  /** Somebody has stopped everything. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'sandbox-lost' };

/**
 * Stage 5: one permit per attempt, bound to the digest of the exact bytes (Invariants 1 and 4) and proven to be in the
 * ledger. Who cancelled a run gets no further permit, except to undo.
 */
export async function mintPermit(
  { ports, plans, stages }: Context,
  run: string,
  input: PermitInput,
): Promise<Permission> {
  const { motion, step, purpose, attempt, fence } = input;
  await stages.enter(ports, run, purpose === 'apply' ? 'execute' : 'undo');
  if (purpose === 'apply' && (await ports.runs.cancelled(run))) return { kind: 'cancelled' };
  const stop = await ports.emergency.stop();
  if (stop) return waitForLift(ports, run, input, stop);
  const plan = await plans.load(motion.digest);
  const opens = plan.steps.some(({ id, call }) => id === step && call.action === 'sandbox.open@1');
  if (!opens && !(await inSandbox(ports, run, fence))) return { kind: 'sandbox-lost' };
  const subject = executionDigest(plan, step, purpose);
  if (!subject) throw new EngineError('answer-inconsistent', `The plan has nothing to ${purpose} for step ${step}.`);
  const permit = ports.random.permitId();
  const issued = ports.clock.now();
  // What has been decided is carried out under the policy it was decided under.
  const { trustPolicy } = motion;
  const { permitSeconds } = present(ruleOf(ports, motion), `rule for ${motion.riskClass}`);
  const expiresAt = new Date(issued.getTime() + permitSeconds * 1000).toISOString();
  const { entry, envelope } = await stateOwn(ports, permitKey(input), {
    run,
    kind: 'permit',
    subject,
    predicate: {
      permit,
      step,
      purpose,
      attempt,
      fence,
      motion: motion.digest,
      verdict: envelopeDigest(motion.verdict),
      trustPolicy,
      issuedAt: issued.toISOString(),
      expiresAt,
    },
  });
  const proof = await ports.ledger.prove(entry);
  const minted = permitOf(envelope);
  await ports.events.publish(run, permitKey(input), {
    type: 'permit-mint',
    body: { permit: minted.permit, step, purpose, attempt, expiresAt: minted.expiresAt, entry },
  });
  return { kind: 'permitted', permit: minted.permit, envelope, entry, proof };
}

async function waitForLift(
  ports: Ports,
  run: string,
  { step, purpose, attempt }: PermitInput,
  { person, reason }: { readonly person: string; readonly reason: string },
): Promise<Permission> {
  await ports.events.publish(run, `stop-wait/${purpose}/${step}/${attempt}`, {
    type: 'stop-wait',
    body: { step, person, reason },
  });
  return { kind: 'stopped' };
}

function permitKey({ step, purpose, attempt }: PermitInput): string {
  return `permit/${purpose}/${step}/${attempt}`;
}

async function inSandbox(ports: Ports, run: string, fence: number): Promise<boolean> {
  const sandbox = await ports.runner.sandbox(run);
  return sandbox?.generation === fence;
}

/** After a crash the permit of the first try stands, with its own id and expiry. */
function permitOf(envelope: Envelope): Predicate<'permit'> {
  return peekStatement(envelope).predicate as Predicate<'permit'>;
}
