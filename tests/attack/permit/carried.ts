import {
  canonicalJson,
  commitTo,
  digestOf,
  digestOfBytes,
  envelopeDigest,
  planDigest,
  signIntent,
  signStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type Grounds,
  type OpinionDetail,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import { riskClassOf } from '@duovir/policy';
import type { Installation } from './installation.ts';
import { newRunId, planFor } from './plan.fixture.ts';

type Change<Kind extends EntryKind> = (predicate: Predicate<Kind>, signer: string) => Predicate<Kind>;

/** What differs from grounds that hold. */
export interface CarriedDeviation {
  readonly run?: string;
  readonly plan?: (plan: Plan) => Plan;
  readonly request?: (request: Grounds['request']) => Grounds['request'];
  readonly requester?: string;
  /** Who signs the intent; null: nobody. */
  readonly intentBy?: string | null;
  /** What the intent is for, where it is not the request that is sent. */
  readonly intended?: (request: Grounds['request']) => Grounds['request'];
  readonly reviewers?: readonly string[];
  /** Who votes a second time. */
  readonly seconds?: readonly string[];
  readonly people?: readonly string[];
  /** Who breaks the glass. */
  readonly breakers?: readonly string[];
  readonly planner?: string;
  readonly tally?: string;
  readonly subjects?: Partial<
    Record<'motion' | 'plan' | 'opinion' | 'approval' | 'verdict' | 'permit' | 'breakGlass', Digest>
  >;
  readonly motion?: Change<'motion'>;
  readonly opinion?: Change<'opinion'>;
  readonly second?: Change<'opinion'>;
  readonly approval?: Change<'approval'>;
  readonly breakGlass?: Change<'break-glass'>;
  readonly verdict?: Change<'verdict'>;
  readonly detail?: OpinionDetail;
  readonly now?: Date;
  readonly trustPolicy?: Digest;
}

const byRules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
const same = <Value>(value: Value): Value => value;
export const detailSalt = 'cd'.repeat(32);
const nothingFound: OpinionDetail = { rationale: 'Nothing stands against it.', findings: [] };

/** Signs as one of the installation's principals, about one run, at one time. */
export function speaker(installation: Installation, run: string, now: Date) {
  return <Kind extends EntryKind>(
    signer: string,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
  ): Promise<Envelope> =>
    signStatement(installation.signer(signer), { kind, run, time: now.toISOString(), subject, predicate });
}

/** Everything from intent to verdict, each signed by whom it should be: then only what `deviation` says is wrong. */
export async function carried(installation: Installation, deviation: CarriedDeviation = {}): Promise<Grounds> {
  const run = deviation.run ?? newRunId();
  const now = deviation.now ?? new Date();
  const trustPolicy = deviation.trustPolicy ?? installation.digest;
  const plan = (deviation.plan ?? same)(planFor(run));
  const request = (deviation.request ?? same)(requestFor(plan, deviation.requester ?? 'alice', now));
  const digest = planDigest(plan);
  const evidence = digestOf('evidence');
  const { riskClass, reasons } = riskClassOf(plan);
  const state = speaker(installation, run, now);
  const about = (kind: keyof NonNullable<CarriedDeviation['subjects']>): Digest => deviation.subjects?.[kind] ?? digest;
  const detail = deviation.detail ?? nothingFound;

  const opinion = (name: string, phase: 'blind' | 'second'): Promise<Envelope> =>
    state(
      name,
      'opinion',
      about('opinion'),
      ((phase === 'blind' ? deviation.opinion : deviation.second) ?? same)(
        {
          round: 1,
          phase,
          verdict: 'approve',
          findings: [],
          abstention: null,
          changedFrom: null,
          because: [],
          shown: evidence,
          evidence,
          trustPolicy,
          mandate: 'security',
          commitment: commitTo(detailSalt, canonicalJson(detail)),
          ...byRules,
        },
        name,
      ),
    );
  const opinions = await Promise.all([
    ...(deviation.reviewers ?? ['reviewer-security', 'reviewer-reliability']).map((name) => opinion(name, 'blind')),
    ...(deviation.seconds ?? []).map((name) => opinion(name, 'second')),
  ]);
  const approvals = await Promise.all(
    (deviation.people ?? []).map((name) =>
      state(
        name,
        'approval',
        about('approval'),
        (deviation.approval ?? same)({ verdict: 'approve', trustPolicy }, name),
      ),
    ),
  );
  const breakGlass = await Promise.all(
    (deviation.breakers ?? []).map((name) =>
      speaker(installation, 'duovir', now)(
        name,
        'break-glass',
        deviation.subjects?.breakGlass ?? trustPolicy,
        (deviation.breakGlass ?? same)(
          {
            grant: 'grant-1',
            until: new Date(now.getTime() + 1_800_000).toISOString(),
            classes: ['R1', 'R2'],
            commitment: digestOfBytes('reason'),
          },
          name,
        ),
      ),
    ),
  );
  const [planStatement, motion, intent, verdict] = await Promise.all([
    state(deviation.planner ?? 'planner', 'plan', about('plan'), {
      revision: plan.revision,
      pack: 'test',
      playbook: 'test/marker',
      commitment: digestOfBytes('commitment'),
      ...byRules,
    }),
    state(
      deviation.tally ?? 'server',
      'motion',
      about('motion'),
      (deviation.motion ?? same)(
        {
          kind: 'plan',
          revision: plan.revision,
          riskClass,
          reasons,
          trustPolicy,
          evidence,
          envelope: null,
          previous: null,
          state: null,
        },
        'server',
      ),
    ),
    intentOf(installation, deviation, request, trustPolicy, now),
    state(
      deviation.tally ?? 'server',
      'verdict',
      about('verdict'),
      (deviation.verdict ?? same)(
        {
          verdict: 'carried',
          riskClass,
          reason: 'verdict.quorum-met',
          opinions: opinions.map(envelopeDigest),
          approvals: approvals.map(envelopeDigest),
          breakGlass: breakGlass.map(envelopeDigest),
          counted: { reviewers: 2, approvals: 2, groups: 2, people: approvals.length },
          trustPolicy,
        },
        'server',
      ),
    ),
  ]);
  return { request, intent, plan, planStatement, motion, opinions, approvals, breakGlass, verdict };
}

/** What was asked for, so that exactly this plan answers it. */
function requestFor(plan: Plan, requester: string, now: Date): Grounds['request'] {
  return {
    run: plan.run,
    requester,
    acceptedAt: now.toISOString(),
    request: {
      goal: plan.goal.statement,
      target: 'sandbox',
      inputs: {},
      environment: plan.environment,
      dataClass: plan.dataClass,
      occupiedPorts: [],
    },
  };
}

async function intentOf(
  installation: Installation,
  { intentBy, intended }: CarriedDeviation,
  request: Grounds['request'],
  trustPolicy: Digest,
  now: Date,
): Promise<Envelope | null> {
  if (intentBy === null) return null;
  const document = (intended ?? same)(request);
  return signIntent(installation.signer(intentBy ?? request.requester), document, {
    trustPolicy,
    time: now.toISOString(),
  });
}
