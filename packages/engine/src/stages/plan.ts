import {
  digestOf,
  planDigest,
  type Digest,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type Principal,
  type Statement,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { Motion, Objections } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { openThought, record } from '../stated.ts';
import { clarificationSchema } from './clarify.ts';
import { observationSchema } from './diagnose.ts';
import { objectionsTo } from './objections.ts';
import type { Requested } from './request.ts';

export interface PlanInput {
  readonly requested: Requested;
  readonly revision: number;
  /** Document with the planner's question and a person's answer. */
  readonly clarification: Digest | null;
  /** Document with what was read before planning. */
  readonly state: Digest | null;
  readonly objections: Objections | null;
}

export type Proposal =
  | {
      readonly kind: 'planned';
      readonly motion: Motion;
      /** Digest of what the plan does, whatever its revision: equal contents are the same plan again. */
      readonly content: Digest;
      readonly revisable: boolean;
    }
  | { readonly kind: 'reading'; readonly motion: Motion }
  | { readonly kind: 'asked'; /** Document with the question. */ readonly question: Digest }
  | { readonly kind: 'refused'; readonly reason: string; readonly explanation: string };

/** Stage 2: the planner writes a typed plan, asks one question, or says that it knows none. */
export async function proposePlan(context: Context, run: string, input: PlanInput): Promise<Proposal> {
  const { ports, stages } = context;
  await stages.enter(ports, run, 'plan');
  const request = await planRequest(context, run, input);
  const answer = await ports.planner.plan(request);
  switch (answer.kind) {
    case 'refused':
      return refused(ports, run, input, answer);
    case 'asked':
      if (request.clarification)
        throw new EngineError('answer-inconsistent', 'The planner asks again; it may ask one question.');
      return asked(ports, run, input, answer);
    case 'reading': {
      if (input.state !== null) throw new EngineError('answer-inconsistent', 'The planner may read once.');
      const { motion } = await keepPlan(context, run, input, answer);
      return { kind: 'reading', motion };
    }
    case 'plan': {
      const { motion, content } = await keepPlan(context, run, input, answer);
      return { kind: 'planned', motion, content, revisable: answer.revisable };
    }
  }
}

async function planRequest({ ports, plans }: Context, run: string, input: PlanInput): Promise<PlanRequest> {
  const { requested, revision, clarification, state, objections } = input;
  return {
    accepted: await ports.runs.accepted(run),
    salt: requested.planSalt,
    revision,
    trustPolicy: ports.trust.current().digest,
    commitmentSalt: requested.commitmentSalt,
    clarification: clarification === null ? null : clarificationSchema.parse(await ports.documents.get(clarification)),
    ...(state === null ? {} : { state: observationSchema.parse(await ports.documents.get(state)).observations }),
    objections: objections && {
      plan: await plans.load(objections.motion),
      ...(await objectionsTo(ports.documents, objections)),
    },
  };
}

async function refused(
  ports: Ports,
  run: string,
  { requested, revision }: PlanInput,
  answer: Extract<PlanAnswer, { kind: 'refused' }>,
): Promise<Proposal> {
  const { statement } = openThought(ports, answer.envelope, 'plan-refusal', 'planner');
  assertAbout(statement, requested);
  const { entry } = await record(ports, `plan-refusal/${revision}`, run, answer.envelope);
  const { reason, explanation, nearest } = answer;
  await ports.events.publish(run, `plan-refuse/${revision}`, {
    type: 'plan-refuse',
    body: { reason, explanation, nearest, entry },
  });
  return { kind: 'refused', reason, explanation };
}

async function asked(
  ports: Ports,
  run: string,
  { requested }: PlanInput,
  answer: Extract<PlanAnswer, { kind: 'asked' }>,
): Promise<Proposal> {
  const { statement } = openThought(ports, answer.envelope, 'clarification', 'planner');
  assertAbout(statement, requested);
  const { question } = answer;
  const stored = await ports.documents.put(run, 'question', { question }, requested.commitmentSalt);
  if (stored.commitment !== statement.predicate.commitment)
    throw new EngineError('commitment-broken', 'The planner asks in other words than it signed for.');
  const { entry } = await record(ports, 'clarification', run, answer.envelope);
  await ports.events.publish(run, 'clarification-ask', { type: 'clarification-ask', body: { question, entry } });
  return { kind: 'asked', question: stored.digest };
}

function assertAbout({ subject }: Statement, requested: Requested): void {
  if (subject !== requested.digest)
    throw new EngineError('answer-inconsistent', 'The planner speaks about another request.');
}

type WrittenPlan = Extract<PlanAnswer, { kind: 'plan' | 'reading' }>;

async function keepPlan(
  { ports, plans }: Context,
  run: string,
  { requested, revision, objections }: PlanInput,
  answer: WrittenPlan,
): Promise<{ readonly motion: Motion; readonly content: Digest }> {
  const { plan } = answer;
  const digest = planDigest(plan);
  const { statement, principal } = openThought(ports, answer.envelope, 'plan', 'planner');
  if (statement.subject !== digest || plan.run !== run || statement.run !== run || plan.revision !== revision)
    throw new EngineError('answer-inconsistent', 'The plan is not the one its statement names, or is for another run.');
  plans.keep(digest, plan);
  await ports.documents.put(run, 'plan', plan, requested.commitmentSalt);
  const { entry, envelope } = await record(ports, `plan/${digest}`, run, answer.envelope);
  await sayPlan(ports, run, answer, digest, entry);
  const previous = objections?.motion ?? null;
  return { motion: motionOf(digest, plan, principal, envelope, previous), content: digestOf({ ...plan, revision: 0 }) };
}

function motionOf(
  digest: Digest,
  { revision }: Plan,
  { name }: Principal,
  statement: Motion['statement'],
  previous: Digest | null,
): Motion {
  return { kind: 'plan', digest, revision, proposer: name, statement, heal: null, previous };
}

async function sayPlan(
  ports: Ports,
  run: string,
  { plan, explanation }: WrittenPlan,
  motion: Digest,
  entry: number,
): Promise<void> {
  const playbook = `${plan.source.pack}/${plan.source.playbook}`;
  await ports.runs.setState(run, { kind: 'running', stage: 'plan' }, { playbook });
  await ports.events.publish(run, `plan-propose/${plan.revision}`, {
    type: 'plan-propose',
    body: {
      revision: plan.revision,
      playbook,
      title: plan.goal.statement,
      explanation,
      steps: plan.steps.map(({ id, title, call }) => ({ id, title, action: call.action })),
      motion,
      entry,
    },
  });
}
