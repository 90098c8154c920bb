import { randomBytes } from 'node:crypto';
import {
  digestOf,
  digestOfBytes,
  envelopeDigest,
  executionDigest,
  planDigest,
  signStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type ExecuteRequest,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import { riskClassOf } from '@duovir/policy';
import type { Installation } from './installation.ts';
import { newRunId, planFor } from './plan.fixture.ts';

type Change<Kind extends EntryKind> = (predicate: Predicate<Kind>, signer: string) => Predicate<Kind>;

/** What differs from a chain that holds. */
export interface Deviation {
  readonly run?: string;
  readonly plan?: (plan: Plan) => Plan;
  readonly requester?: string;
  readonly step?: string;
  readonly purpose?: 'apply' | 'compensate';
  readonly fence?: number;
  readonly reviewers?: readonly string[];
  readonly people?: readonly string[];
  readonly planner?: string;
  readonly mint?: string;
  readonly tally?: string;
  readonly subjects?: Partial<Record<'motion' | 'plan' | 'opinion' | 'approval' | 'verdict' | 'permit', Digest>>;
  readonly motion?: Change<'motion'>;
  readonly opinion?: Change<'opinion'>;
  readonly approval?: Change<'approval'>;
  readonly verdict?: Change<'verdict'>;
  readonly permit?: Change<'permit'>;
  readonly logged?: boolean;
  readonly cosigned?: boolean;
  readonly now?: Date;
  readonly trustPolicy?: Digest;
  /** What is sent to open the placeholders of the step. */
  readonly restorations?: ExecuteRequest['restorations'];
}

const commitment = digestOfBytes('commitment');
const byRules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
const same = <Value>(value: Value): Value => value;

/** Everything from plan to permit, each signed by whom it should be, the permit in the log: then only what `deviation` says is wrong. */
export async function chain(installation: Installation, deviation: Deviation = {}): Promise<ExecuteRequest> {
  const { log } = installation;
  const run = deviation.run ?? newRunId();
  const now = deviation.now ?? new Date();
  const trustPolicy = deviation.trustPolicy ?? installation.digest;
  const plan = (deviation.plan ?? same)(planFor(run));
  const digest = planDigest(plan);
  const evidence = digestOf('evidence');
  const { riskClass, reasons } = riskClassOf(plan);
  const state = <Kind extends EntryKind>(
    signer: string,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
  ): Promise<Envelope> =>
    signStatement(installation.signer(signer), { kind, run, time: now.toISOString(), subject, predicate });
  const about = (kind: keyof NonNullable<Deviation['subjects']>): Digest => deviation.subjects?.[kind] ?? digest;

  const planStatement = await state(deviation.planner ?? 'planner', 'plan', about('plan'), {
    revision: plan.revision,
    pack: 'test',
    playbook: 'test/marker',
    commitment,
    ...byRules,
  });
  const motionOf = deviation.motion ?? same;
  const motion = await state(
    deviation.tally ?? 'server',
    'motion',
    about('motion'),
    motionOf(
      { kind: 'plan', revision: plan.revision, riskClass, reasons, trustPolicy, evidence, envelope: null },
      'server',
    ),
  );
  const opinions = await Promise.all(
    (deviation.reviewers ?? ['reviewer-security', 'reviewer-reliability']).map((name) =>
      state(
        name,
        'opinion',
        about('opinion'),
        (deviation.opinion ?? same)(
          {
            round: 1,
            verdict: 'approve',
            findings: [],
            evidence,
            trustPolicy,
            mandate: 'security',
            commitment,
            ...byRules,
          },
          name,
        ),
      ),
    ),
  );
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
  const verdict = await state(
    deviation.tally ?? 'server',
    'verdict',
    about('verdict'),
    (deviation.verdict ?? same)(
      {
        verdict: 'carried',
        riskClass,
        reason: 'quorum',
        opinions: opinions.map(envelopeDigest),
        approvals: approvals.map(envelopeDigest),
        trustPolicy,
      },
      'server',
    ),
  );
  const step = deviation.step ?? 'open';
  const purpose = deviation.purpose ?? 'apply';
  const subject = deviation.subjects?.permit ?? executionDigest(plan, step, purpose) ?? digest;
  const permit = await state(
    deviation.mint ?? 'server',
    'permit',
    subject,
    (deviation.permit ?? same)(
      {
        permit: `permit-${randomBytes(13).toString('hex')}`,
        step,
        purpose,
        attempt: 1,
        fence: deviation.fence ?? 1,
        motion: digest,
        verdict: envelopeDigest(verdict),
        trustPolicy,
        issuedAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + 60_000).toISOString(),
      },
      'server',
    ),
  );
  const index = log.append(deviation.logged === false ? verdict : permit);
  return {
    permit,
    proof: await log.prove(index, deviation.cosigned ?? true),
    request: {
      run,
      requester: deviation.requester ?? 'alice',
      acceptedAt: now.toISOString(),
      request: {
        goal: 'Leave a marker',
        target: 'sandbox',
        inputs: {},
        environment: 'development',
        dataClass: 'internal',
        occupiedPorts: [],
      },
    },
    plan,
    planStatement,
    motion,
    opinions,
    approvals,
    verdict,
    restorations: deviation.restorations ?? [],
  };
}
