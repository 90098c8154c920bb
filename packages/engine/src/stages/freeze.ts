import { checkHeal, checkPlan, isDenied, riskClassOf } from '@duovir/policy';
import {
  executionDigest,
  type Digest,
  type Evidence,
  type FindingDetail,
  type Json,
  type Plan,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion, Motion, StepOutline } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { stateOwn, type Stated } from '../stated.ts';

export type Freeze =
  | { readonly kind: 'frozen'; readonly motion: FrozenMotion }
  | {
      readonly kind: 'denied';
      readonly explanation: string;
      /** Document with the findings. */ readonly checks: Digest;
    };

/**
 * Stage 3, first half: the bytes, their risk class and the evidence are fixed, then the checkers speak. A deny ends the
 * motion before any opinion is asked for (Invariant 3).
 */
export async function freezeMotion({ ports, plans, stages }: Context, run: string, motion: Motion): Promise<Freeze> {
  await stages.enter(ports, run, motion.kind === 'heal' ? 'heal' : 'review');
  const plan = await plans.load(motion.digest);
  const { policy, digest: trustPolicy } = ports.trust.current();
  const accepted = await ports.runs.accepted(run);
  const { riskClass, reasons } = riskClassOf(plan);
  const findings = [
    ...checkPlan(plan, { request: accepted, policy }),
    ...(motion.heal ? healFindings(ports, plan, await plans.load(motion.heal.previous), motion.heal.envelope) : []),
  ];
  const evidence: Evidence = {
    request: accepted,
    riskClass,
    reasons: [...reasons],
    checks: findings,
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
  const denied = isDenied(findings) || riskClass === 'R4';
  const stating = stateOwn(ports, `motion/${motion.digest}`, {
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
    },
  });
  const [frozen, checked] = await Promise.all([stating, stateChecks(ports, run, motion.digest, findings, !denied)]);
  await ports.runs.recordMotion({
    run,
    digest: motion.digest,
    kind: motion.kind,
    revision: motion.revision,
    riskClass,
    reasons,
  });
  await ports.events.publish(run, `motion-freeze/${motion.digest}`, {
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
  await ports.events.publish(run, `checks-end/${motion.digest}`, {
    type: 'checks-end',
    body: { motion: motion.digest, passed: !denied, findings, entry: checked.entry },
  });
  if (denied) {
    const [first] = findings;
    return { kind: 'denied', explanation: first?.claim ?? 'Forbidden by its risk class.', checks: checked.document };
  }
  return {
    kind: 'frozen',
    motion: { ...motion, riskClass, evidence: stored.digest, frozen: frozen.envelope, steps: outline(plan) },
  };
}

async function stateChecks(
  ports: Ports,
  run: string,
  motion: Digest,
  findings: readonly FindingDetail[],
  passed: boolean,
): Promise<Stated & { readonly document: Digest }> {
  const stored = await ports.documents.put(run, 'checks', { motion, findings }, ports.random.hex(32));
  const stated = await stateOwn(ports, `checks/${motion}`, {
    run,
    kind: 'checks',
    subject: motion,
    predicate: {
      passed,
      findings: findings.map(({ id, rule, severity, step }) => ({ id, rule, severity, step })),
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
