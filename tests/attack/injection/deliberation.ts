import { checkHeal, checkPlan, isDenied, riskClassOf } from '@duovir/policy';
import {
  commitmentAnswerSchema,
  openStatement,
  planDigest,
  revealAnswerSchema,
  tally,
  type AcceptedRequest,
  type CountedOpinion,
  type Debate,
  type Evidence,
  type HealEnvelope,
  type Plan,
  type ReviewRequest,
} from '@duovir/protocol';
import type { Council, Seated } from './council.ts';

export interface Proposal {
  readonly plan: Plan;
  readonly proposer: string;
  readonly request: AcceptedRequest;
  /** For a patch: what it heals, and by which envelope. */
  readonly heal?: {
    readonly evidence: NonNullable<Evidence['heal']>;
    readonly previous: Plan;
    readonly envelope: HealEnvelope;
  };
}

export interface Decision {
  /** `denied`: by the checkers, before anybody was asked. */
  readonly verdict: 'denied' | 'carried' | 'rejected' | 'referred';
  readonly reason: string;
  readonly opinions: readonly CountedOpinion[];
  /** What reviewers wrote for people. */
  readonly shown: readonly string[];
}

/** Words that are read between two votes: of a finding without a name, and of the proposer. */
export type Spoken = Pick<Debate, 'findings' | 'answers'>;

/**
 * What the engine does with a motion, without the journal: checkers first, blind opinions, where somebody has spoken a second
 * vote, the tally by rule.
 */
export async function deliberate(council: Council, proposal: Proposal, spoken?: Spoken): Promise<Decision> {
  const { plan, request, proposer, heal } = proposal;
  const { policy } = council.trusted;
  const { riskClass, reasons } = riskClassOf(plan);
  const checks = [
    ...checkPlan(plan, { request, policy }),
    ...(heal ? checkHeal({ previous: heal.previous, next: plan, envelope: heal.envelope }) : []),
  ];
  if (isDenied(checks) || riskClass === 'R4')
    return { verdict: 'denied', reason: checks[0]?.rule ?? 'R4', opinions: [], shown: [] };
  const evidence: Evidence = {
    request,
    riskClass,
    reasons: [...reasons],
    checks,
    diff: null,
    dryRun: [],
    state: null,
    heal: heal?.evidence ?? null,
  };
  const question: ReviewRequest = {
    run: plan.run,
    round: 1,
    phase: 'blind',
    kind: heal ? 'heal' : 'plan',
    motion: planDigest(plan),
    plan,
    evidence,
    trustPolicy: council.trusted.digest,
    debate: null,
  };
  const votes = await Promise.all(council.reviewers.map((reviewer) => votesOf(reviewer, question, spoken)));
  const reviewed = votes.flat();
  const opinions = reviewed.map(({ opinion }) => opinion);
  const { requester } = request;
  const rule = policy.quorum[riskClass];
  const { verdict, reason } = tally({
    rule,
    riskClass,
    dataClass: plan.dataClass,
    opinions,
    approvals: [],
    proposer,
    requester,
    brokenBy: [],
    policy,
  });
  return { verdict, reason, opinions, shown: reviewed.flatMap(({ shown }) => shown) };
}

type Vote = Awaited<ReturnType<typeof opinionOf>>;

async function votesOf(reviewer: Seated, question: ReviewRequest, spoken: Spoken | undefined): Promise<Vote[]> {
  const blind = await opinionOf(reviewer, question);
  if (!spoken) return [blind];
  const debate = { own: blind.opinion.verdict, ...spoken, checks: [] };
  return [blind, await opinionOf(reviewer, { ...question, round: 2, phase: 'second', debate })];
}

async function opinionOf(
  { principal, app }: Seated,
  question: ReviewRequest,
): Promise<{ readonly opinion: CountedOpinion; readonly shown: readonly string[] }> {
  commitmentAnswerSchema.parse(await post(app, '/v1/commitments', question));
  const { run, round, motion } = question;
  const reveal = revealAnswerSchema.parse(await post(app, '/v1/reveals', { run, round, motion }));
  const { predicate } = openStatement(reveal.opinion, 'opinion', principal);
  const { rationale, findings } = reveal.detail;
  return {
    opinion: { principal: principal.name, ...predicate },
    shown: [rationale, ...findings.flatMap(({ claim, suggestion = '' }) => [claim, suggestion])],
  };
}

/** An agent that will not read what it was sent: nothing comes of it. */
export class AgentRefusal extends Error {}

/** @throws AgentRefusal with the agent's own problem. */
export async function post(app: Seated['app'], path: string, body: unknown): Promise<unknown> {
  const answer = await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const value: unknown = await answer.json();
  if (answer.status === 400 || answer.status === 409) throw new AgentRefusal(`${path}: ${JSON.stringify(value)}`);
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
  return value;
}
