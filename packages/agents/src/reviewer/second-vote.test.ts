import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  standingVotes,
  type CheckedFinding,
  type Debate,
  type DebatedFinding,
  type Plan,
  type Rebuttal,
} from '@duovir/protocol';
import { reviewRules, type Mandate } from './catalogue.ts';
import { judgeAgain } from './judge-again.ts';
import { judge, type Judgement, type Reasoned } from './judgement.ts';
import { changed, healOf, planFrom, subjectOf } from './motion.fixture.ts';
import type { ReviewSubject } from './subject.ts';

const postgres = planFrom('postgres', 'cluster');
const open = changed(postgres, (text) => text.replace("listen_addresses = '127.0.0.11'", "listen_addresses = '*'"));

/** The debate about all that a mandate has found itself. */
function debateOn({ verdict, detail }: Judgement, rest: Partial<Debate> = {}): Debate {
  const findings = detail.findings.map((finding, index) => ({ ...finding, id: idOf(index) }));
  return { own: verdict, findings, answers: [], checks: [], ...rest };
}
const idOf = (index: number): string => `f-${index.toString(16).padStart(8, '0')}`;
const refuting = (finding: string, ...evidence: string[]): Rebuttal => ({
  finding,
  kind: 'refute',
  claim: 'It is not so.',
  evidence,
});
const tested = (finding: string, outcome: CheckedFinding['outcome']): CheckedFinding => ({
  id: finding.replace('f-', 'c-'),
  finding,
  outcome,
  summary: '',
});
const again = (mandate: Mandate, subject: ReviewSubject, rest: Partial<Debate>): Reasoned => {
  const first = judge(mandate, subject);
  return judgeAgain(mandate, subject, debateOn(first, rest), first);
};

describe('rules that vote again', () => {
  test('say the same where nothing shows otherwise', () => {
    const subject = subjectOf(open);
    const second = again('security', subject, { answers: [refuting(idOf(0), '/steps/0')] });
    expect(second).toMatchObject({ verdict: 'reject', changedFrom: null, because: [] });
    expect(second.detail.findings).toEqual(judge('security', subject).detail.findings);
  });

  test('do not believe that a claim about bytes is disproved: they look', () => {
    const checks = judge('security', subjectOf(open)).detail.findings.map((_, index) =>
      tested(idOf(index), 'disproved'),
    );
    expect(again('security', subjectOf(open), { checks })).toMatchObject({ verdict: 'reject', because: [] });
  });

  test('give up what the cited place shows not to be so, and name the finding', () => {
    // The port stands in a file that the server reads without being told so in its arguments.
    const included = withIncludedPort(planFrom('redis', 'cluster'));
    const subject = subjectOf(included.plan);
    const first = judge('reliability', subject);
    expect(first).toMatchObject({ verdict: 'reject' });
    const at = first.detail.findings.findIndex(({ rule }) => rule === 'reliability.port-matches');
    const debate = debateOn(first, { answers: [refuting(idOf(at), included.at)] });
    const second = judgeAgain('reliability', subject, debate, first);
    expect(second.because).toEqual([idOf(at)]);
    expect(second.detail.findings.map(({ rule }) => rule)).not.toContain('reliability.port-matches');
    expect(second).toMatchObject({ verdict: 'approve', changedFrom: 'reject' });
    for (const elsewhere of ['/goal/statement', '/steps/0', '/steps/99/call/with/content', 'trust me'])
      expect(
        judgeAgain('reliability', subject, { ...debate, answers: [refuting(idOf(at), elsewhere)] }, first).because,
      ).toEqual([]);
  });

  test('believe the result of a look into the sandbox only where it was theirs', () => {
    const before = planFrom('postgres', 'cluster', {}, { occupiedPorts: [5432] });
    const after = planFrom('postgres', 'cluster', { port: 5433 }, { occupiedPorts: [5432], revision: 2 });
    const subject = subjectOf(after, { evidence: healOf(before, 'primary', 5433), previous: before });
    const first = judge('reliability', subject);
    const checks = first.detail.findings.map((_, index) => tested(idOf(index), 'disproved'));
    const second = judgeAgain('reliability', subject, debateOn(first, { checks }), first);
    expect(second).toMatchObject({ verdict: 'approve', changedFrom: 'reject' });
    expect(second.because).toContain('c-00000000');
    const swapped = debateOn(first, { checks }).findings.map((finding): DebatedFinding => ({
      ...finding,
      check: {
        means: 'probe',
        probe: {
          id: 'port-still-held',
          action: 'listener.probe@1',
          with: { port: 1 },
          expect: { listening: true },
          intervalMs: 250,
          deadlineMs: 0,
        },
      },
    }));
    const deceived = judgeAgain('reliability', subject, debateOn(first, { checks, findings: swapped }), first);
    expect(deceived).toMatchObject({ verdict: 'reject', because: [] });
  });
});

const PORT_FILE = '/workspace/node-1/port';

/** The cluster with the port of its first node in a file that only the configuration includes, and where that stands. */
function withIncludedPort(plan: Plan): { readonly plan: Plan; readonly at: string } {
  const steps = plan.steps.flatMap((step): Plan['steps'] => {
    if (step.id === 'node-1') return [{ ...step, needs: [...step.needs, 'included'] }];
    if (step.id !== 'config-1' || step.call.action !== 'file.write@1') return [step];
    const { path, content, mode } = step.call.with;
    const withFile = (own: typeof step, at: string, text: string): typeof step => ({
      ...own,
      call: { action: 'file.write@1', with: { path: at, content: text, mode } },
    });
    const included = JSON.parse(JSON.stringify({ ...step, id: 'included' }).replaceAll(path, PORT_FILE)) as typeof step;
    return [
      withFile(step, path, content.replace('port 6379\n', `include ${PORT_FILE}\n`)),
      withFile(included, PORT_FILE, 'port 6379\n'),
    ];
  });
  return { plan: { ...plan, steps }, at: `/steps/${steps.findIndex(({ id }) => id === 'included')}/call/with/content` };
}

const anyPlan = fc.constantFrom(
  postgres,
  open,
  planFrom('nginx', 'load-balancer'),
  withIncludedPort(planFrom('redis', 'cluster')).plan,
  changed(postgres, (text) => text.replace('hot_standby = on', 'fsync = off')),
);
const anyPlace = fc.oneof(
  fc.nat({ max: 20 }).map((index) => `/steps/${index}/call/with/content`),
  fc.nat({ max: 20 }).map((index) => `/steps/${index}/compensate`),
  fc.constantFrom('/goal/successCriteria/0', '/steps/99', '', 'c-00000000', '__proto__'),
);
const anyId = fc.nat({ max: 12 }).map(idOf);
const anyAnswers = fc.array(
  fc.record({
    finding: anyId,
    kind: fc.constantFrom('fix', 'refute', 'ask-person'),
    claim: fc.string({ maxLength: 40 }),
    evidence: fc.array(anyPlace, { maxLength: 4 }),
  }),
  { maxLength: 12 },
);
const anyChecks = fc.array(
  fc.record({ finding: anyId, outcome: fc.constantFrom('confirmed', 'disproved', 'unknown') }),
  { maxLength: 12 },
);

test('whatever is said between the votes, a changed verdict has a cause that was shown, and nothing new appears', () => {
  const mandates = Object.keys(reviewRules) as Mandate[];
  fc.assert(
    fc.property(fc.constantFrom(...mandates), anyPlan, anyAnswers, anyChecks, (mandate, plan, answers, results) => {
      const subject = subjectOf(plan);
      const first = judge(mandate, subject);
      const checks = results.map(({ finding, outcome }) => tested(finding, outcome));
      const debate = debateOn(first, { answers, checks });
      const second = judgeAgain(mandate, subject, debate, first);
      const shown = new Set([...debate.findings, ...checks].map(({ id }) => id));
      for (const cause of second.because) expect(shown).toContain(cause);
      expect(second.changedFrom).toBe(second.verdict === first.verdict ? null : first.verdict);
      if (second.verdict !== first.verdict) expect(second.because).not.toEqual([]);
      const known = new Set(first.detail.findings.map(({ rule, step }) => `${rule} ${step}`));
      for (const { rule, step } of second.detail.findings) expect(known).toContain(`${rule} ${step}`);
      if (mandate === 'adversary') expect(second.verdict).not.toBe('approve');
      const votes = [voteOf('blind', { ...first, because: [] }), voteOf('second', second)];
      expect(standingVotes(votes, { principals: [] })).toEqual([votes[1]]);
    }),
    { numRuns: 100 },
  );
});

function voteOf(phase: 'blind' | 'second', { verdict, abstention, because }: Judgement & Pick<Reasoned, 'because'>) {
  return { principal: 'r', phase, verdict, abstention, because, findings: [], brain: 'playbook' as const };
}
