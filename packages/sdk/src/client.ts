import {
  approvalViewSchema,
  budgetViewSchema,
  debateViewSchema,
  egressDetailSchema,
  egressViewSchema,
  evidenceSchema,
  healthSchema,
  issuedTokenSchema,
  ledgerEntryViewSchema,
  ledgerStatusSchema,
  logLineSchema,
  motionViewSchema,
  opinionViewSchema,
  pageOf,
  permitViewSchema,
  planSchema,
  runViewSchema,
  sessionViewSchema,
  stepViewSchema,
  tokenViewSchema,
  trustApplicationSchema,
  trustVersionSchema,
  trustViewSchema,
  type ApprovalView,
  type approvalRequestSchema,
  type BudgetView,
  type DebateView,
  type EgressDetail,
  type EgressView,
  type Envelope,
  type Evidence,
  type Health,
  type IssuedToken,
  type LedgerStatus,
  type LogLine,
  type MotionView,
  type OpinionView,
  type Plan,
  type RunEvent,
  type RunView,
  type startRunSchema,
  type SessionView,
  type StepView,
  type TokenRequest,
  type TokenView,
  type TrustApplication,
  type TrustVersion,
  type TrustView,
} from '@duovir/protocol';
import * as z from 'zod';
import { emergencyCalls, type EmergencyCalls } from './emergency-calls.ts';
import { evidenceCalls, type EvidenceCalls } from './evidence-calls.ts';
import { readEvents, type EventOptions } from './events.ts';
import { proofCalls, type ProofCalls } from './proof-calls.ts';
import { passkeyCalls, type PasskeyCalls } from './passkey-calls.ts';
import { sessionCalls, type SessionCalls } from './session-calls.ts';
import { tokenCalls, type TokenCalls } from './token-calls.ts';
import { blobCalls, type BlobCalls } from './blob-calls.ts';
import { trustCalls, type TrustCalls } from './trust-calls.ts';
import { whyCalls, type WhyCalls } from './why-calls.ts';
import { Transport, type ClientOptions, type Question } from './transport.ts';

type LedgerEntryView = z.output<typeof ledgerEntryViewSchema>;
type PermitView = z.output<typeof permitViewSchema>;

export interface EgressFilter {
  readonly run?: string;
  readonly principal?: string;
  readonly model?: string;
}

/** The API as methods. Lists that have pages come as async iterables; everything throws `ApiError`. */
export interface Client
  extends
    BlobCalls,
    EmergencyCalls,
    EvidenceCalls,
    PasskeyCalls,
    ProofCalls,
    SessionCalls,
    TokenCalls,
    TrustCalls,
    WhyCalls {
  /**
   * With an idempotency key the same request starts one run, however often it is sent. `intent`: the person's signature, where
   * the trust policy asks for one.
   */
  startRun(request: z.input<typeof startRunSchema>, options?: { readonly idempotencyKey?: string }): Promise<RunView>;
  /** Newest first. */
  runs(): AsyncGenerator<RunView>;
  run(run: string): Promise<RunView>;
  cancel(run: string): Promise<RunView>;
  plan(run: string): Promise<Plan>;
  motions(run: string): Promise<MotionView[]>;
  opinions(run: string): Promise<OpinionView[]>;
  /** How a motion came to its verdict. */
  debate(motion: string): Promise<DebateView>;
  /** What reviewers were shown of a motion besides its plan. */
  evidence(motion: string): Promise<Evidence>;
  permits(run: string): Promise<PermitView[]>;
  steps(run: string): Promise<StepView[]>;
  logs(run: string, options?: { readonly step?: string }): AsyncGenerator<LogLine>;
  /** From the run's beginning, then live until it is ended by the caller. */
  events(run: string, options?: EventOptions): AsyncGenerator<RunEvent>;
  /** Events of all runs, from now or after an event. */
  allEvents(options?: EventOptions): AsyncGenerator<RunEvent>;
  /** Motions that wait for people. */
  approvals(): Promise<ApprovalView[]>;
  /** Sends a person's signed approval or rejection. */
  decide(run: string, approval: z.input<typeof approvalRequestSchema>): Promise<RunView>;
  /** Answers the planner's question. The first answer counts. */
  answer(run: string, answer: string): Promise<RunView>;
  /** What has left for models, newest first: every try of every call. */
  egress(filter?: EgressFilter): AsyncGenerator<EgressView>;
  /** With the exact bytes. */
  egressCall(call: string): Promise<EgressDetail>;
  /** Today's use, a run's part of it, and the worst case of one more run. */
  budget(options?: { readonly run?: string }): Promise<BudgetView>;
  /** Ends every call to a model now, and begins no other. */
  stopModels(reason: string): Promise<BudgetView>;
  /** Somebody else than who stopped them. */
  resumeModels(): Promise<BudgetView>;
  /** The trust policy in force, and those that were before. */
  trust(): Promise<TrustView>;
  trustVersion(version: number): Promise<TrustVersion>;
  /** Puts in force what the officer has signed. */
  applyTrust(envelope: Envelope): Promise<TrustApplication>;
  ledger(): Promise<LedgerStatus>;
  ledgerEntries(): AsyncGenerator<LedgerEntryView>;
  ledgerEntry(index: number): Promise<LedgerEntryView>;
  /** As whom the server knows this client, and until when. */
  session(): Promise<SessionView>;
  /** The own tokens, or all of them for who administers; newest first. */
  tokens(): Promise<TokenView[]>;
  /** The only time that the token itself is seen. */
  issueToken(request: TokenRequest): Promise<IssuedToken>;
  revokeToken(id: string): Promise<TokenView>;
  health(): Promise<Health>;
}

export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options);
  const list = async <Item extends z.ZodType>(path: string, item: Item): Promise<z.output<Item>[]> =>
    (await transport.json({ path }, z.strictObject({ items: z.array(item) }))).items;
  const ofRun = (run: string, what = ''): string => `/v1/runs/${encodeURIComponent(run)}${what}`;
  const ofMotion = (motion: string, what: string): string => `/v1/motions/${encodeURIComponent(motion)}${what}`;
  return {
    ...blobCalls(transport),
    ...emergencyCalls(transport),
    ...evidenceCalls(transport),
    ...passkeyCalls(transport),
    ...proofCalls(transport),
    ...sessionCalls(transport),
    ...tokenCalls(transport),
    ...trustCalls(transport),
    ...whyCalls(transport),
    startRun: (request, { idempotencyKey } = {}) =>
      transport.json(
        {
          path: '/v1/runs',
          body: request,
          ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
        },
        runViewSchema,
      ),
    runs: () => pages(transport, { path: '/v1/runs' }, runViewSchema),
    run: (run) => transport.json({ path: ofRun(run) }, runViewSchema),
    cancel: (run) => transport.json({ method: 'POST', path: ofRun(run, '/cancel') }, runViewSchema),
    plan: (run) => transport.json({ path: ofRun(run, '/plan') }, planSchema),
    motions: (run) => list(ofRun(run, '/motions'), motionViewSchema),
    opinions: (run) => list(ofRun(run, '/opinions'), opinionViewSchema),
    debate: (motion) => transport.json({ path: ofMotion(motion, '/debate') }, debateViewSchema),
    evidence: (motion) => transport.json({ path: ofMotion(motion, '/evidence') }, evidenceSchema),
    permits: (run) => list(ofRun(run, '/permits'), permitViewSchema),
    steps: (run) => list(ofRun(run, '/steps'), stepViewSchema),
    logs: (run, { step } = {}) => pages(transport, { path: ofRun(run, '/logs'), query: { step } }, logLineSchema),
    events: (run, eventOptions = {}) => readEvents(transport, ofRun(run, '/events'), eventOptions),
    allEvents: (eventOptions = {}) => readEvents(transport, '/v1/events', eventOptions),
    approvals: () => list('/v1/approvals', approvalViewSchema),
    decide: (run, approval) => transport.json({ path: ofRun(run, '/approvals'), body: approval }, runViewSchema),
    answer: (run, answer) => transport.json({ path: ofRun(run, '/clarification'), body: { answer } }, runViewSchema),
    egress: (filter = {}) => pages(transport, { path: '/v1/egress', query: { ...filter } }, egressViewSchema),
    egressCall: (call) => transport.json({ path: `/v1/egress/${encodeURIComponent(call)}` }, egressDetailSchema),
    budget: ({ run } = {}) => transport.json({ path: '/v1/budget', query: { run } }, budgetViewSchema),
    stopModels: (reason) => transport.json({ path: '/v1/budget/stop', body: { reason } }, budgetViewSchema),
    resumeModels: () => transport.json({ method: 'POST', path: '/v1/budget/resume' }, budgetViewSchema),
    trust: () => transport.json({ path: '/v1/trust' }, trustViewSchema),
    trustVersion: (version) => transport.json({ path: `/v1/trust/${version}` }, trustVersionSchema),
    applyTrust: (envelope) => transport.json({ path: '/v1/trust', body: { envelope } }, trustApplicationSchema),
    ledger: () => transport.json({ path: '/v1/ledger' }, ledgerStatusSchema),
    ledgerEntries: () => pages(transport, { path: '/v1/ledger/entries' }, ledgerEntryViewSchema),
    ledgerEntry: (index) => transport.json({ path: `/v1/ledger/entries/${index}` }, ledgerEntryViewSchema),
    session: () => transport.json({ path: '/v1/session' }, sessionViewSchema),
    tokens: () => list('/v1/tokens', tokenViewSchema),
    issueToken: (request) => transport.json({ path: '/v1/tokens', body: request }, issuedTokenSchema),
    revokeToken: (id) =>
      transport.json({ method: 'DELETE', path: `/v1/tokens/${encodeURIComponent(id)}` }, tokenViewSchema),
    health: () => transport.json({ path: '/v1/health' }, healthSchema),
  };
}

const PAGE = 200;

async function* pages<Item extends z.ZodType>(
  transport: Transport,
  question: Question,
  item: Item,
): AsyncGenerator<z.output<Item>> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { ...question.query, limit: PAGE, cursor };
    const page = await transport.json({ ...question, query }, pageOf(item));
    yield* page.items as z.output<Item>[];
    cursor = page.cursor;
  }
}
