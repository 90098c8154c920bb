import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  planDigest,
  trustPolicyDigest,
  type Debate,
  type Json,
  type ModelRefusal,
  type ReviewRequest,
} from '@duovir/protocol';
import { partOf, standIn, type Saying, type StandIn } from '../brain/gateway.fixture.ts';
import type { Thinker } from '../brain/thinker.ts';
import type { Reasoned } from './judgement.ts';
import type { ModelMandate } from './mandate.ts';
import { voteAgainWithModel } from './model-second-vote.ts';
import { evidenceFor, planFrom, policy } from './motion.fixture.ts';

let gateway: StandIn | undefined;
afterEach(async () => gateway?.close());

const plan = planFrom('postgres', 'cluster');
const claim = { severity: 'high', step: 'access-rules', claim: 'Everybody is believed.' } as const;
const held = { id: 'model-access-1', rule: 'model.access', ...claim, evidence: ['/steps/2/call/with/content'] };
const rejected: Reasoned = {
  verdict: 'reject',
  abstention: null,
  detail: { rationale: 'The rules believe everybody.', findings: [held] },
  provenance: { brain: 'model', tokens: 1, calls: [] },
  changedFrom: null,
  because: [],
};
const debate: Debate = {
  own: 'reject',
  findings: [{ ...held, id: 'f-0a1b2c3d' }],
  answers: [{ finding: 'f-0a1b2c3d', kind: 'refute', claim: 'Only loopback.', evidence: ['/steps/2/call/with/mode'] }],
  checks: [{ id: 'c-0a1b2c3d', finding: 'f-0a1b2c3d', outcome: 'disproved', summary: 'It is not so.' }],
};
const request: ReviewRequest = {
  run: plan.run,
  round: 2,
  phase: 'second',
  kind: 'plan',
  motion: planDigest(plan),
  plan,
  evidence: evidenceFor(plan),
  trustPolicy: trustPolicyDigest(policy),
  debate,
};

async function second(said: Saying, mandate: ModelMandate = 'security', first = rejected): Promise<Reasoned> {
  gateway = await standIn(() => said);
  return voteAgainWithModel(gateway.thinker, mandate, request, { debate, first });
}
const approving = (...because: string[]): Json => ({
  findings: [],
  rationale: 'All is well.',
  verdict: 'approve',
  because,
});

describe('a model that votes again', () => {
  test.each(['f-0a1b2c3d', 'c-0a1b2c3d', '/steps/2/call/with/mode'])(
    'changes its verdict because of %s',
    async (cause) => {
      const voted = await second({ value: approving(cause, 'f-99999999') });
      expect(voted).toMatchObject({ verdict: 'approve', changedFrom: 'reject', because: [cause] });
      expect(voted.detail.findings).toEqual([]);
    },
  );

  test.each([[[]], [['f-99999999']], [['because they all say so']], [['/steps/2']]])(
    'does not change it because of %j: the first vote stands, findings and all',
    async (because) => {
      const voted = await second({ value: approving(...because) });
      expect(voted).toMatchObject({ verdict: 'reject', changedFrom: null, because: [], provenance: { tokens: 100 } });
      expect(voted.detail.findings).toEqual([held]);
      expect(voted.detail.rationale).toMatch(/first vote stands/);
    },
  );

  test('gives up a grave finding only for what concerns that very finding', async () => {
    const other = { ...held, id: 'f-55556666', rule: 'model.other', severity: 'low' as const };
    const wider = { ...debate, findings: [...debate.findings, other] };
    gateway = await standIn(() => ({ value: approving('f-55556666') }));
    const voted = await voteAgainWithModel(gateway.thinker, 'security', request, { debate: wider, first: rejected });
    expect(voted).toMatchObject({ verdict: 'reject', changedFrom: null, because: [] });
    expect(voted.detail.findings).toEqual([held]);
  });

  test('is told its mandate, its own vote and what was said, and nobody else’s name, rule or verdict', async () => {
    await second({ value: approving() });
    const [asked] = gateway?.asked ?? [];
    expect(asked).toMatchObject({ purpose: 'review', prompt: { name: 'second-vote' }, motion: request.motion });
    const shown = (label: string): string => partOf(asked ?? expect.fail(), label);
    expect(shown('mandate')).toMatch(/^Find what lets anybody/);
    expect(shown('your-first-vote')).toContain('[/verdict] reject');
    expect(shown('findings')).toContain('[/0/id] f-0a1b2c3d');
    expect(shown('findings')).not.toMatch(/\/rule\]|model\./);
    expect(shown('answers')).toContain('[/0/kind] refute');
    expect(shown('results')).toContain('[/0/outcome] disproved');
  });

  test.each<[ModelRefusal, string]>([
    ['budget-exhausted', 'budget'],
    ['stopped', 'not-allowed'],
    ['provider-failed', 'no-answer'],
  ])('without an answer (%s) has no second opinion, and names nothing that changed the first', async (refused, why) => {
    expect(await second({ refused })).toMatchObject({
      verdict: 'abstain',
      abstention: why,
      changedFrom: 'reject',
      because: [],
    });
  });

  test('an adversary does not approve, whatever it names', async () => {
    const voted = await second({ value: approving('c-0a1b2c3d') }, 'adversary');
    expect(voted).toMatchObject({ verdict: 'abstain', abstention: 'nothing-found', changedFrom: 'reject' });
  });
});

const anyCause = fc.oneof(
  fc.constantFrom('f-0a1b2c3d', 'c-0a1b2c3d', '/steps/2/call/with/mode', 'f-99999999', ''),
  fc.string({ maxLength: 30, unit: 'binary' }),
);
const anyFirst = fc.constantFrom<Reasoned>(
  rejected,
  { ...rejected, verdict: 'approve', detail: { rationale: '', findings: [] } },
  { ...rejected, verdict: 'abstain', abstention: 'no-answer', detail: { rationale: '', findings: [] } },
);

test('whatever a model answers, no verdict changes without a cause that was shown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('approve', 'reject', 'abstain'),
      fc.array(anyCause, { maxLength: 5 }),
      anyFirst,
      fc.constantFrom<ModelMandate>('security', 'adversary'),
      async (verdict, because, first, mandate) => {
        const value = { findings: [], rationale: 'x', verdict, because };
        const thinker = {
          think: async () => ({ kind: 'answer', value, placeholders: [], provenance: rejected.provenance }),
        } as unknown as Thinker;
        const voted = await voteAgainWithModel(thinker, mandate, request, { debate, first });
        const causes = because.filter((cause) =>
          ['f-0a1b2c3d', 'c-0a1b2c3d', '/steps/2/call/with/mode'].includes(cause),
        );
        expect(voted.because).toEqual([...new Set(causes)]);
        if (causes.length === 0) expect(voted).toMatchObject({ verdict: first.verdict, changedFrom: null });
        expect(voted.changedFrom).toBe(voted.verdict === first.verdict ? null : first.verdict);
        expect(voted.abstention === null).toBe(voted.verdict !== 'abstain');
      },
    ),
  );
});
