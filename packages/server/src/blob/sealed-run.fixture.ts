import {
  digestOf,
  planDigest,
  planSchema,
  signStatement,
  type Digest,
  type EntryKind,
  type NewEvent,
  type Plan,
  type Predicate,
} from '@duovir/protocol';
import type { TestApi } from '../api/api.fixture.ts';

/** Of thought that took no model. */
const thought: Pick<Predicate<'plan'>, 'brain' | 'tokens' | 'calls'> = { brain: 'playbook', tokens: 0, calls: [] };
const nothing = digestOf('nothing');

export interface SealedRun {
  readonly id: string;
  readonly plan: Digest;
  /** Commitments that entries name. */
  readonly request: Digest;
  readonly planned: Digest;
  readonly opinion: Digest;
  /** One that no entry names. */
  readonly output: Digest;
}

/** A run with `words` everywhere where content can be; it has ended unless told otherwise. */
export async function sealedRun(server: TestApi, words: string, isOver = true): Promise<SealedRun> {
  const { api } = server;
  const id = await begin(server, words);
  const put = (role: string, value: unknown): Promise<{ digest: Digest; commitment: Digest }> =>
    api.documents.put(id, role, value, api.random.hex(32));
  const request = await put('request', await api.runs.accepted(id));
  const asked = { requester: 'ann', commitment: request.commitment, intent: null };
  await say(server, id, 'request', request.digest, asked);
  const document = planOf(id, words);
  const plan = planDigest(document);
  const planned = await put('plan', document);
  const source = { revision: 1, pack: 'test', playbook: 'words', commitment: planned.commitment };
  await say(server, id, 'plan', plan, { ...source, ...thought });
  await api.motions.record({ run: id, digest: plan, kind: 'plan', revision: 1, riskClass: 'R1', reasons: [] });
  await api.motions.recordVerdict(plan, 'carried', words);
  const opinion = await put('opinion/reviewer-security', { rationale: words, findings: [] });
  const entry = await say(server, id, 'opinion', plan, {
    ...opinionOf(api.trust.current().digest),
    commitment: opinion.commitment,
  });
  const output = await put('output', { permit: 'permit', stdout: words, stderr: words });
  await tell(server, id, plan, words, entry);
  (await api.placeholders.vault(id)).placeholderFor('secret', words);
  await api.placeholders.save(id);
  if (isOver)
    await api.runs.setState(id, { kind: 'settled', outcome: 'succeeded', reason: 'done', explanation: words }, {});
  const commitments = { request: request.commitment, planned: planned.commitment, opinion: opinion.commitment };
  return { id, plan, ...commitments, output: output.commitment };
}

async function begin(server: TestApi, words: string): Promise<string> {
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: words, target: 'sandbox', inputs: { note: words, list: [words, 7] } }),
    headers: { 'content-type': 'application/json', 'idempotency-key': `asked-${server.api.random.hex(8)}` },
  });
  return ((await answer.json()) as { id: string }).id;
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
  const [entry = -1] = await api.ledger.append([{ key: `${run}/${kind}/${subject}`, run, envelope }]);
  return entry;
}

function opinionOf(trustPolicy: Digest): Omit<Predicate<'opinion'>, 'commitment'> {
  const vote = { round: 0, phase: 'blind', verdict: 'approve', abstention: null, changedFrom: null } as const;
  return {
    ...vote,
    findings: [],
    because: [],
    shown: nothing,
    evidence: nothing,
    trustPolicy,
    mandate: 'security',
    ...thought,
  };
}

/** Events that repeat the words in every way in which events can. */
async function tell({ api }: TestApi, run: string, motion: Digest, words: string, entry: number): Promise<void> {
  const probe = { id: 'seen', outcome: 'succeeded', observed: { words, list: [words] }, summary: words } as const;
  const events: NewEvent[] = [
    { type: 'run-start', body: { requester: 'ann', request: (await api.runs.accepted(run)).request, entry } },
    {
      type: 'plan-propose',
      body: {
        revision: 1,
        playbook: words,
        title: words,
        explanation: words,
        steps: [{ id: 'a', title: words, action: words }],
        motion,
        entry,
      },
    },
    { type: 'clarification-answer', body: { person: 'ann', answer: words, entry } },
    {
      type: 'attestation-make',
      body: { about: 'step', step: 'a', outcome: 'succeeded', probes: [probe], differences: [words], entry },
    },
    {
      type: 'patch-propose',
      body: {
        step: 'a',
        revision: 2,
        motion,
        patch: [{ op: 'replace', path: words, value: { words } }],
        explanation: words,
        redo: ['a'],
        entry,
      },
    },
    {
      type: 'verdict-reach',
      body: {
        motion,
        motionKind: 'plan',
        verdict: 'carried',
        riskClass: 'R1',
        reason: 'quorum.reached',
        explanation: words,
        entry,
      },
    },
    {
      type: 'step-end',
      body: {
        step: 'a',
        purpose: 'apply',
        attempt: 1,
        outcome: 'failed',
        cause: 'exit',
        exit: 1,
        stderr: words,
        milliseconds: 1,
        entry,
      },
    },
    {
      type: 'run-end',
      body: { outcome: 'succeeded', reason: 'done', explanation: words, heals: 0, milliseconds: 1, entry },
    },
  ];
  for (const [at, event] of events.entries()) await api.events.publish(run, `told-${at}`, event);
  await api.events.beginLog(run, 'permit');
  api.events.log(run, { step: 'a', attempt: 1, stream: 'stdout', text: words });
  await api.events.publish(run, 'last', { type: 'stage-start', body: { stage: 'settle' } });
}

function planOf(run: string, words: string): Plan {
  const probe = { id: 'seen', action: 'file.probe@1', with: { path: '/workspace/seen' }, expect: { exists: true } };
  return planSchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run,
    revision: 1,
    salt: '0'.repeat(32),
    goal: { statement: words, successCriteria: [probe] },
    source: { pack: 'test', playbook: 'words', version: '1', digest: nothing, inputs: { note: words } },
    target: { kind: 'sandbox', id: run },
    environment: 'development',
    dataClass: 'internal',
    steps: [
      {
        id: 'a',
        title: words,
        call: { action: 'file.write@1', with: { path: '/workspace/seen', content: words } },
        verify: [probe],
        compensate: { kind: 'none', reason: words },
      },
    ],
  });
}
