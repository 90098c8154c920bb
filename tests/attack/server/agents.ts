import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnixClient } from '@duovir/principal';
import { riskClassOf } from '@duovir/policy';
import {
  commitmentAnswerSchema,
  envelopeDigest,
  planAnswerSchema,
  planDigest,
  revealAnswerSchema,
  signStatement,
  digestOf,
  type EntryKind,
  type Envelope,
  type Evidence,
  type Grounds,
  type Plan,
  type Predicate,
  type ReviewRequest,
} from '@duovir/protocol';
import type { Siege } from './siege.ts';

const MAIN = fileURLToPath(import.meta.resolve('@duovir/agents/process'));
const NAMES = ['planner', 'healer', 'reviewer-security', 'reviewer-reliability'] as const;
type AgentName = (typeof NAMES)[number];

/** The agents of the installation as they run, each a process with its own key, and what a server can get out of them. */
export class Agents {
  readonly #siege: Siege;
  readonly #clients: Readonly<Record<AgentName, UnixClient>>;
  readonly #children: readonly ChildProcess[];

  private constructor(
    siege: Siege,
    clients: Readonly<Record<AgentName, UnixClient>>,
    children: readonly ChildProcess[],
  ) {
    this.#siege = siege;
    this.#clients = clients;
    this.#children = children;
  }

  static async start(siege: Siege): Promise<Agents> {
    const { state } = siege;
    const started = NAMES.map(async (name) => {
      copyFileSync(join(state.officer, 'public.pem'), join(state.principal(name), 'officer.pem'));
      const child = spawn(process.execPath, [MAIN, name, siege.root], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      return { child, client: [name, new UnixClient(state.socket(name))] as const };
    });
    const all = await Promise.all(started);
    const clients = Object.fromEntries(all.map(({ client }) => client)) as Record<AgentName, UnixClient>;
    return new Agents(
      siege,
      clients,
      all.map(({ child }) => child),
    );
  }

  client(name: AgentName): UnixClient {
    return this.#clients[name];
  }

  async plan(accepted: Grounds['request']): Promise<{ readonly plan: Plan; readonly envelope: Envelope }> {
    const answer = await this.#clients.planner.call(
      {
        path: '/v1/plans',
        body: {
          accepted,
          salt: randomBytes(16).toString('hex'),
          revision: 1,
          trustPolicy: this.#siege.digest,
          commitmentSalt: randomBytes(32).toString('hex'),
          clarification: null,
          objections: null,
        },
      },
      planAnswerSchema,
    );
    if (answer.kind !== 'plan') throw new Error(JSON.stringify(answer));
    return answer;
  }

  /** One opinion, by commitment and reveal, as a server gets it. */
  async opinion(name: AgentName, asked: ReviewRequest): Promise<Envelope> {
    const client = this.#clients[name];
    await client.call({ path: '/v1/commitments', body: asked }, commitmentAnswerSchema);
    const { run, round, motion } = asked;
    const revealed = await client.call({ path: '/v1/reveals', body: { run, round, motion } }, revealAnswerSchema);
    return revealed.opinion;
  }

  question(plan: Plan, request: Grounds['request'], more: Partial<ReviewRequest> = {}): ReviewRequest {
    return {
      run: plan.run,
      round: 1,
      phase: 'blind',
      kind: 'plan',
      motion: planDigest(plan),
      plan,
      evidence: evidenceFor(plan, request),
      trustPolicy: this.#siege.digest,
      debate: null,
      ...more,
    };
  }

  /** What the server adds of its own: the motion and the verdict, as it likes them. */
  async carry(
    {
      request,
      plan,
      planStatement,
      opinions,
      intent,
    }: Omit<Grounds, 'motion' | 'verdict' | 'approvals' | 'breakGlass'>,
    motion: Partial<Predicate<'motion'>> = {},
  ): Promise<Grounds> {
    const { riskClass, reasons } = riskClassOf(plan);
    const trustPolicy = this.#siege.digest;
    const state = <Kind extends EntryKind>(kind: Kind, predicate: Predicate<Kind>): Promise<Envelope> =>
      signStatement(this.#siege.signer('server'), {
        kind,
        run: plan.run,
        time: new Date().toISOString(),
        subject: planDigest(plan),
        predicate,
      });
    const frozen = await state('motion', {
      kind: 'plan',
      revision: plan.revision,
      riskClass,
      reasons,
      trustPolicy,
      evidence: digestOf(evidenceFor(plan, request)),
      envelope: null,
      previous: null,
      state: null,
      ...motion,
    });
    const verdict = await state('verdict', {
      verdict: 'carried',
      riskClass,
      reason: 'verdict.quorum-met',
      opinions: opinions.map(envelopeDigest),
      approvals: [],
      breakGlass: [],
      counted: { reviewers: 2, approvals: 2, groups: 2, people: 0 },
      trustPolicy,
    });
    const rest = { approvals: [], breakGlass: [] };
    return { request, intent, plan, planStatement, motion: frozen, opinions, ...rest, verdict };
  }

  end(): void {
    for (const client of Object.values(this.#clients)) client.close();
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

export function evidenceFor(plan: Plan, request: Grounds['request']): Evidence {
  const { riskClass, reasons } = riskClassOf(plan);
  return { request, riskClass, reasons, checks: [], diff: null, dryRun: [], state: null, heal: null };
}
