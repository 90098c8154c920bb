import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { debateViewSchema, digestOf, envelopeDigest, planDigest, type DebateView, type Digest } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { HealedRun } from '../why/healed-run.fixture.ts';

const REVIEWER = 'reviewer-security';
const nothing = digestOf('nothing');
const rules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
const claim = 'The port is open to everybody.';

let server: TestApi;
let run: HealedRun;
let motion: Digest;
let debate: DebateView;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  run = new HealedRun(server);
  await run.tell();
  motion = await argue();
  const answer = await server.ask(`/v1/motions/${encodeURIComponent(motion)}/debate`);
  debate = debateViewSchema.parse(await answer.json());
});
afterAll(() => server.close());

/** Rejected at first, refuted, tested, carried in the second vote and by a person. */
async function argue(): Promise<Digest> {
  const { api } = server;
  const plan = run.plan(3, 6000);
  const digest = planDigest(plan);
  await api.documents.put(run.id, 'plan', plan, '0'.repeat(64));
  await api.runs.recordMotion({ run: run.id, digest, kind: 'plan', revision: 3, riskClass: 'R1', reasons: [] });
  await run.say('planner', 'plan', digest, {
    revision: 3,
    pack: 'core',
    playbook: 'postgres',
    commitment: nothing,
    ...rules,
  });
  await run.say('server', 'motion', digest, {
    kind: 'plan',
    revision: 3,
    riskClass: 'R1',
    reasons: [],
    trustPolicy: api.trust.current().digest,
    evidence: nothing,
    envelope: null,
    previous: null,
    state: null,
  });
  const first = await vote(digest, 'blind', 'reject', []);
  const finding = {
    id: 'f-00000001',
    rule: 'net.open-port',
    severity: 'medium',
    step: 'primary',
    claim,
    evidence: [],
  } as const;
  const answer = {
    finding: finding.id,
    kind: 'refute',
    claim: 'It listens on the loopback.',
    evidence: ['c-1'],
  } as const;
  await run.say(
    'planner',
    'rebuttal',
    digest,
    { round: 1, answers: [{ finding: finding.id, kind: 'refute', evidence: ['c-1'] }], commitment: nothing, ...rules },
    (entry) => ({
      type: 'rebuttal-give',
      body: {
        motion: digest,
        proposer: 'planner',
        findings: [{ ...finding, evidence: [] }],
        answers: [{ ...answer, evidence: ['c-1'] }],
        entry,
      },
    }),
  );
  const check = { id: 'c-00000001', finding: finding.id, outcome: 'disproved', summary: 'It is not open.' } as const;
  await run.say(
    'server',
    'finding-check',
    digest,
    {
      check: check.id,
      finding: finding.id,
      rule: finding.rule,
      step: 'primary',
      means: 'query',
      outcome: 'disproved',
      commitment: nothing,
    },
    (entry) => ({ type: 'finding-check', body: { motion: digest, check, entry } }),
  );
  const second = await vote(digest, 'second', 'approve', [check.id]);
  const approval = await run.say('bob', 'approval', digest, {
    verdict: 'approve',
    trustPolicy: api.trust.current().digest,
  });
  await run.say(
    'server',
    'verdict',
    digest,
    {
      verdict: 'carried',
      riskClass: 'R1',
      reason: 'verdict.quorum-met',
      opinions: [first, second],
      approvals: [envelopeDigest(approval.envelope)],
      breakGlass: [],
      counted: { reviewers: 1, approvals: 1, groups: 2, people: 1 },
      trustPolicy: api.trust.current().digest,
    },
    (entry) => ({
      type: 'verdict-reach',
      body: {
        motion: digest,
        motionKind: 'plan',
        verdict: 'carried',
        riskClass: 'R1',
        reason: 'verdict.quorum-met',
        explanation: 'One of one.',
        entry,
      },
    }),
  );
  return digest;
}

async function vote(
  digest: Digest,
  phase: 'blind' | 'second',
  verdict: 'approve' | 'reject',
  because: string[],
): Promise<Digest> {
  const finding = { id: 'net', rule: 'net.open-port', severity: 'medium', step: 'primary' } as const;
  const isFirst = phase === 'blind';
  const detail = { rationale: `${phase} ${verdict}`, findings: isFirst ? [{ ...finding, claim, evidence: [] }] : [] };
  const salt = (isFirst ? '2' : '3').repeat(64);
  const { commitment } = await server.api.documents.put(run.id, `opinion/${REVIEWER}`, detail, salt);
  const { envelope } = await run.say(REVIEWER, 'opinion', digest, {
    round: isFirst ? 1 : 2,
    phase,
    verdict,
    findings: isFirst ? [{ ...finding, evidenced: false }] : [],
    abstention: null,
    changedFrom: isFirst ? null : 'reject',
    because,
    shown: digestOf(phase),
    evidence: nothing,
    trustPolicy: server.api.trust.current().digest,
    mandate: 'security',
    commitment,
    ...rules,
  });
  return envelopeDigest(envelope);
}

test('both votes are told, with what changed a mind, and only the last word stands', () => {
  expect(debate.votes).toMatchObject([
    {
      reviewer: REVIEWER,
      group: REVIEWER,
      phase: 'blind',
      verdict: 'reject',
      stands: false,
      rationale: 'blind reject',
      shown: digestOf('blind'),
    },
    {
      reviewer: REVIEWER,
      phase: 'second',
      verdict: 'approve',
      changedFrom: 'reject',
      because: ['c-00000001'],
      stands: true,
    },
  ]);
  expect(debate.votes[0]?.findings).toMatchObject([{ rule: 'net.open-port', claim }]);
});

test('a finding is told without its author, with the answer to it and its test', () => {
  expect(debate.findings).toEqual([
    {
      id: 'f-00000001',
      rule: 'net.open-port',
      severity: 'medium',
      step: 'primary',
      claim,
      answer: { finding: 'f-00000001', kind: 'refute', claim: 'It listens on the loopback.', evidence: ['c-1'] },
      check: { id: 'c-00000001', finding: 'f-00000001', outcome: 'disproved', summary: 'It is not open.' },
    },
  ]);
  expect(JSON.stringify(debate.findings)).not.toContain(REVIEWER);
});

test('the verdict stands beside what the rule of its class asks for', () => {
  expect(debate.approvals).toMatchObject([{ person: 'bob', verdict: 'approve' }]);
  expect(debate.verdicts).toMatchObject([
    { verdict: 'carried', reason: 'verdict.quorum-met', explanation: 'One of one.' },
  ]);
  expect(debate.verdicts[0]?.rule).toEqual([
    { what: 'reviewers with a verdict', needed: 1, counted: 1 },
    { what: 'reviewers that approve', needed: 1, counted: 1 },
    { what: 'independence groups', needed: 1, counted: 2 },
    { what: 'people', needed: 0, counted: 1 },
  ]);
});

test('other motions of the run are not told', () => {
  for (const { entry } of debate.votes) expect(entry).toBeGreaterThan(0);
  expect(debate.votes).toHaveLength(2);
  expect(debate.verdicts).toHaveLength(1);
});

test('a motion of another tenant does not exist', async () => {
  const path = `/v1/motions/${encodeURIComponent(motion)}`;
  for (const what of ['debate', 'evidence']) {
    const answer = await server.ask(`${path}/${what}`, { as: 'dan' });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'motion-unknown']);
  }
});
