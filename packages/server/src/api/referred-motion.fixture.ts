import {
  digestOf,
  planDigest,
  planSchema,
  signStatement,
  type Digest,
  type EntryKind,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import { systemRandom } from '../random.ts';
import type { TestApi } from './api.fixture.ts';

const nothing = digestOf('nothing');

interface Referring {
  readonly run: string;
  readonly revision?: number;
  /** Under which it is frozen, if not under the one in force. */
  readonly trustPolicy?: Digest;
}

/** Refers a motion of class R3, about which no reviewer has spoken, to people, with the entries and records that the engine makes. */
export async function referMotion(server: TestApi, { run, revision = 1, trustPolicy }: Referring): Promise<Digest> {
  const { api } = server;
  const plan = planOf(run, revision);
  const motion = planDigest(plan);
  const policy = trustPolicy ?? api.trust.current().digest;
  const reasons = ['risk.deletes'];
  await api.documents.put(run, 'plan', plan, '0'.repeat(64));
  await say(server, run, 'motion', motion, {
    kind: 'plan',
    revision,
    riskClass: 'R3',
    reasons,
    trustPolicy: policy,
    evidence: nothing,
    envelope: null,
    previous: null,
    state: null,
  });
  await api.runs.recordMotion({ run, digest: motion, kind: 'plan', revision, riskClass: 'R3', reasons });
  const explanation = '0 of 1 reviewers have a verdict; 0 of 3 people have approved in their place.';
  const entry = await say(server, run, 'verdict', motion, {
    verdict: 'referred',
    riskClass: 'R3',
    reason: 'verdict.below-quorum',
    opinions: [],
    approvals: [],
    breakGlass: [],
    counted: { reviewers: 0, approvals: 0, groups: 0, people: 0 },
    trustPolicy: policy,
  });
  await api.runs.recordVerdict(motion, 'referred', explanation);
  await api.events.publish(run, `verdict/${motion}/${policy}`, {
    type: 'verdict-reach',
    body: {
      motion,
      motionKind: 'plan',
      verdict: 'referred',
      riskClass: 'R3',
      reason: 'verdict.below-quorum',
      explanation,
      entry,
    },
  });
  const until = '2099-01-01T00:00:00.000Z';
  await api.runs.setState(
    run,
    { kind: 'waiting', motion, riskClass: 'R3', people: ['bob', 'cara'], needed: 3, until },
    {},
  );
  return motion;
}

async function say<Kind extends EntryKind>(
  { api }: TestApi,
  run: string,
  kind: Kind,
  subject: Digest,
  predicate: Predicate<Kind>,
): Promise<number> {
  const time = new Date().toISOString();
  const envelope = await signStatement(api.signer, { kind, run, time, subject, predicate });
  const [entry = -1] = await api.ledger.append([{ key: `${run}/${systemRandom.hex(8)}`, run, envelope }]);
  return entry;
}

function planOf(run: string, revision: number): Plan {
  const probe = { id: 'gone', action: 'file.probe@1', with: { path: '/workspace/old' }, expect: { exists: false } };
  return planSchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run,
    revision,
    salt: '0'.repeat(32),
    goal: { statement: 'Delete what is old', successCriteria: [probe] },
    source: { pack: 'core', playbook: 'delete', version: '1', digest: nothing, inputs: {} },
    target: { kind: 'sandbox', id: run },
    environment: 'production',
    dataClass: 'cardholder',
    steps: [
      {
        id: 'delete',
        title: 'Delete what is old',
        call: { action: 'path.remove@1', with: { path: '/workspace/old' } },
        verify: [probe],
        compensate: { kind: 'none', reason: 'What is deleted is gone.' },
        settings: [],
      },
    ],
  });
}
