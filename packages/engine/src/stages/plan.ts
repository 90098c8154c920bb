import { planDigest } from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { Motion } from '../motion.ts';
import { openFrom, record } from '../stated.ts';
import type { Requested } from './request.ts';

export type Proposal =
  | { readonly kind: 'planned'; readonly motion: Motion }
  | { readonly kind: 'refused'; readonly reason: string; readonly explanation: string };

/** Stage 2: the planner writes a typed plan, or says that it knows none. */
export async function proposePlan(
  { ports, plans, stages }: Context,
  run: string,
  requested: Requested,
): Promise<Proposal> {
  await stages.enter(ports, run, 'plan');
  const accepted = await ports.runs.accepted(run);
  const answer = await ports.planner.plan({
    accepted,
    salt: requested.planSalt,
    revision: 1,
    trustPolicy: ports.trust.current().digest,
    commitmentSalt: requested.commitmentSalt,
  });
  if (answer.kind === 'refused') {
    const { statement } = openFrom(ports, answer.envelope, 'plan-refusal', 'planner');
    if (statement.subject !== requested.digest)
      throw new EngineError('answer-inconsistent', 'The planner refused another request.');
    const { entry } = await record(ports, 'plan-refusal', run, answer.envelope);
    const { reason, explanation, nearest } = answer;
    await ports.events.publish(run, 'plan-refuse', {
      type: 'plan-refuse',
      body: { reason, explanation, nearest, entry },
    });
    return { kind: 'refused', reason, explanation };
  }
  const { plan } = answer;
  const digest = planDigest(plan);
  const { statement, principal } = openFrom(ports, answer.envelope, 'plan', 'planner');
  if (statement.subject !== digest || plan.run !== run || statement.run !== run)
    throw new EngineError('answer-inconsistent', 'The plan is not the one its statement names, or is for another run.');
  plans.keep(digest, plan);
  await ports.documents.put(run, 'plan', plan, requested.commitmentSalt);
  const { entry, envelope } = await record(ports, `plan/${digest}`, run, answer.envelope);
  const playbook = `${plan.source.pack}/${plan.source.playbook}`;
  await ports.runs.setState(run, { kind: 'running', stage: 'plan' }, { playbook });
  await ports.events.publish(run, `plan-propose/${plan.revision}`, {
    type: 'plan-propose',
    body: {
      revision: plan.revision,
      playbook,
      title: plan.goal.statement,
      explanation: answer.explanation,
      steps: plan.steps.map(({ id, title, call }) => ({ id, title, action: call.action })),
      motion: digest,
      entry,
    },
  });
  return {
    kind: 'planned',
    motion: {
      kind: 'plan',
      digest,
      revision: plan.revision,
      proposer: principal.name,
      statement: envelope,
      heal: null,
    },
  };
}
