import { debatedId, type Predicate, type Severity } from '@duovir/protocol';
import type { Name, Organisation } from './organisation.fixture.ts';
import { byRules, salted, Story } from './story.fixture.ts';

type Opinion = Partial<Predicate<'opinion'>>;

export const found = (severity: Severity, evidenced = true): Predicate<'opinion'>['findings'][number] => ({
  id: 'own-1',
  rule: 'security.open-port',
  severity,
  step: 'open',
  evidenced,
});
/** As the debate names it. */
export const DEBATED = debatedId(salted('plan'), found('medium'));
export const CHECKED = DEBATED.replace('f-', 'c-');

/** What differs from the debate that went well. */
export interface Debated {
  readonly first?: Opinion;
  readonly rebuttal?: Partial<Predicate<'rebuttal'>>;
  readonly answers?: Name;
  readonly test?: Partial<Predicate<'finding-check'>>;
  readonly second?: Opinion;
  readonly verdict?: Partial<Predicate<'verdict'>>;
}

/** One reviewer finds a port that is open, the proposer refutes it, a test disproves it, and the reviewer changes its mind. */
export async function debatedRun(acme: Organisation, change: Debated = {}): Promise<Story> {
  const story = new Story(acme);
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.vote({
    'reviewer-security': { verdict: 'reject', findings: [found('medium')], ...change.first },
    'reviewer-reliability': {},
  });
  await rebut(story, change);
  await test(story, change.test);
  const changed = { changedFrom: 'reject', because: [CHECKED] } as const;
  await story.vote(
    {
      'reviewer-security': { ...changed, because: [...changed.because], ...change.second },
      'reviewer-reliability': {},
    },
    2,
  );
  await story.decide(change.verdict);
  await story.permit();
  await story.execute();
  await story.attest('step');
  await story.attest('goal');
  await story.settle();
  return story;
}

async function rebut(story: Story, { rebuttal, answers = 'planner' }: Debated): Promise<void> {
  const answer = { finding: DEBATED, kind: 'refute' as const, evidence: ['/steps/0'] };
  await story.say('rebuttal', answers, 'rebuttal', story.plan, {
    round: 1,
    answers: [answer],
    commitment: salted('rebuttal'),
    ...byRules,
    ...rebuttal,
  });
}

async function test(story: Story, change: Debated['test']): Promise<void> {
  await story.say('check', 'server', 'finding-check', story.plan, {
    check: CHECKED,
    finding: DEBATED,
    rule: 'security.open-port',
    step: 'open',
    means: 'query',
    outcome: 'disproved',
    commitment: salted('check'),
    ...change,
  });
}
