import { checkHeal, checkIntent, checkPlan, dryRun, isDenied, planChanges, riskClassOf } from '@duovir/policy';
import {
  executionDigest,
  peekStatement,
  type Digest,
  type Envelope,
  type Evidence,
  type FindingDetail,
  findingHead,
  type Json,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion, Motion, StepOutline } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { stateOwn, type Stated } from '../stated.ts';
import { observeTarget } from '../target.ts';

export type Freeze =
  | { readonly kind: 'frozen'; readonly motion: FrozenMotion }
  | {
      readonly kind: 'denied';
      readonly explanation: string;
      /** Document with the findings. */ readonly checks: Digest;
    };

interface FreezeInput {
  readonly motion: Motion;
  readonly opening: number;
}

/**
 * Stage 3, first half: the bytes, their risk class and the evidence are fixed, then the checkers speak. A deny ends the
 * motion before any opinion is asked for (Invariant 3).
 */
export async function freezeMotion(
  { ports, plans, stages }: Context,
  run: string,
  { motion, opening }: FreezeInput,
): Promise<Freeze> {
  await stages.enter(ports, run, motion.kind === 'heal' ? 'heal' : 'review');
  const plan = await plans.load(motion.digest);
  const previous = motion.previous === null ? null : await plans.load(motion.previous);
  const { policy, digest: trustPolicy } = ports.trust.current();
  const accepted = await ports.runs.accepted(run);
  const { riskClass, reasons } = riskClassOf(plan);
  const isSigned = (await ports.runs.intent(run)) !== null;
  const findings = [
    ...checkIntent(riskClass, isSigned, policy),
    ...checkPlan(plan, { request: accepted, policy }),
    ...(motion.heal && previous ? healFindings(ports, plan, previous, motion.heal.envelope) : []),
  ];
  const denied = isDenied(findings) || riskClass === 'R4';
  const key = `attestation/target/${motion.digest}/${opening}/before`;
  // What is denied need not be looked for, and the attestor would refuse to look where no plan may write.
  const state = denied
    ? undefined
    : await observeTarget(ports, run, plan, motion.digest, { key, attempt: opening * 2 });
  const evidence: Evidence = {
    request: accepted,
    riskClass,
    reasons: [...reasons],
    checks: findings,
    diff: previous && planChanges(previous, plan),
    dryRun: dryRun(plan),
    state: state ? [...state.observations] : null,
    heal: motion.heal && {
      step: motion.heal.step,
      signature: motion.heal.signature,
      explanation: motion.heal.explanation,
      observation: (await ports.documents.get(motion.heal.observation)) as Json,
      previous: motion.heal.previous,
    },
  };
  const stored = await ports.documents.put(run, 'evidence', evidence, ports.random.hex(32));
  const envelope = motion.heal?.envelope ?? null;
  const stating = stateOwn(ports, `motion/${motion.digest}/${opening}`, {
    run,
    kind: 'motion',
    subject: motion.digest,
    predicate: {
      kind: motion.kind,
      revision: motion.revision,
      riskClass,
      reasons: [...reasons],
      trustPolicy,
      evidence: stored.digest,
      envelope,
      previous: motion.previous,
      state: state?.digest ?? null,
    },
  });
  const checking = stateChecks(ports, run, { motion: motion.digest, opening }, findings, !denied);
  const [frozen, checked] = await Promise.all([stating, checking]);
  await ports.runs.recordMotion({
    run,
    digest: motion.digest,
    kind: motion.kind,
    revision: motion.revision,
    riskClass,
    reasons,
  });
  await ports.events.publish(run, `motion-freeze/${motion.digest}/${opening}`, {
    type: 'motion-freeze',
    body: {
      motion: motion.digest,
      motionKind: motion.kind,
      revision: motion.revision,
      riskClass,
      reasons: [...reasons],
      envelope,
      entry: frozen.entry,
    },
  });
  await ports.events.publish(run, `checks-end/${motion.digest}/${opening}`, {
    type: 'checks-end',
    body: { motion: motion.digest, passed: !denied, findings, entry: checked.entry },
  });
  if (denied) {
    const [first] = findings;
    return { kind: 'denied', explanation: first?.claim ?? 'Forbidden by its risk class.', checks: checked.document };
  }
  // A step repeated after a crash finds the motion as it was stated the first time, with its own policy and evidence.
  const stated = motionIn(frozen.envelope);
  return {
    kind: 'frozen',
    motion: {
      ...motion,
      opening,
      riskClass,
      trustPolicy: stated.trustPolicy,
      evidence: stated.evidence,
      state: stated.state,
      frozen: frozen.envelope,
      steps: outline(plan),
    },
  };
}

function motionIn(envelope: Envelope): Predicate<'motion'> {
  return peekStatement(envelope).predicate as Predicate<'motion'>;
}

async function stateChecks(
  ports: Ports,
  run: string,
  { motion, opening }: { readonly motion: Digest; readonly opening: number },
  findings: readonly FindingDetail[],
  passed: boolean,
): Promise<Stated & { readonly document: Digest }> {
  const stored = await ports.documents.put(run, 'checks', { motion, findings }, ports.random.hex(32));
  const stated = await stateOwn(ports, `checks/${motion}/${opening}`, {
    run,
    kind: 'checks',
    subject: motion,
    predicate: {
      passed,
      findings: findings.map(findingHead),
      commitment: stored.commitment,
    },
  });
  return { ...stated, document: stored.digest };
}

/** Invariant 5: a patch passes the same checkers, and one more that holds it to its envelope. */
function healFindings(ports: Ports, next: Plan, previous: Plan, envelopeId: string): readonly FindingDetail[] {
  const envelope = ports.trust.current().policy.envelopes.find(({ id }) => id === envelopeId);
  if (!envelope) throw new EngineError('answer-inconsistent', `The trust policy has no envelope ${envelopeId}.`);
  return checkHeal({ previous, next, envelope });
}

function outline(plan: Plan): readonly StepOutline[] {
  return plan.steps.map((step) => ({
    id: step.id,
    action: step.call.action,
    subject: present(executionDigest(plan, step.id, 'apply'), `step ${step.id}`),
    needs: step.needs,
    compensable: step.compensate.kind === 'action',
    hasCheck: step.check !== undefined,
    heals: step.onFailure === 'heal',
  }));
}
