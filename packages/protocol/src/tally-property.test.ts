import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adversary, approval, ballot, finding, opinion, smallPolicy } from './ballot.fixture.ts';
import type { QuorumRule } from './quorum-rule.ts';
import type { CountedOpinion } from './standing-opinion.ts';
import { tally, type Ballot } from './tally.ts';
import type { CountedApproval } from './voices.ts';

const reviewers = ['reviewer-security', 'reviewer-reliability', 'reviewer-other', 'reviewer-adversary'];
const people = ['ana', 'boris', 'vera'];
const everybody = fc.constantFrom(...reviewers, ...people, 'planner', 'mallory');
const severity = fc.constantFrom('info' as const, 'low', 'medium', 'high', 'critical');
const findings = fc
  .array(fc.tuple(severity, fc.boolean()), { maxLength: 2 })
  .chain((some) => fc.constantFrom(some, ...Array.from({ length: 9 }, (): typeof some => [])));

const opinions: fc.Arbitrary<CountedOpinion> = fc
  .record({
    principal: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...reviewers) }, everybody),
    phase: fc.constantFrom('blind' as const, 'blind', 'second'),
    verdict: fc.constantFrom('approve' as const, 'approve', 'approve', 'approve', 'reject', 'abstain'),
    findings,
    abstention: fc.constantFrom(
      null,
      'nothing-known' as const,
      'nothing-known',
      'nothing-found',
      'nothing-found',
      'budget',
    ),
    because: fc.subarray(['f-1']),
    brain: fc.constantFrom('playbook' as const, 'playbook', 'model'),
  })
  .map(({ findings: found, abstention, ...rest }) => ({
    ...rest,
    abstention: rest.verdict === 'abstain' ? abstention : null,
    findings: found.map(([how, evidenced]) => ({ ...finding(how), evidenced })),
  }));
const approvals: fc.Arbitrary<CountedApproval> = fc.record({
  person: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...people) }, everybody),
  verdict: fc.constantFrom('approve' as const, 'approve', 'approve', 'reject'),
});
const few = fc.nat({ max: 3 });
const rules: fc.Arbitrary<QuorumRule> = fc.record({
  reviewers: few,
  approvals: few,
  groups: few,
  adversary: fc.boolean(),
  veto: fc.constantFrom('high' as const, 'critical'),
  people: fc.nat({ max: 2 }),
  cardholderPeople: fc.nat({ max: 2 }),
  reviewSeconds: fc.constant(60),
  peopleTimeoutSeconds: fc.constant(60),
  permitSeconds: fc.constant(60),
});
const ballots: fc.Arbitrary<Ballot> = fc
  .record({
    rule: fc.option(rules, { nil: undefined, freq: 20 }),
    riskClass: fc.constantFrom('R1' as const, 'R2', 'R3', 'R0', 'R4'),
    dataClass: fc.constantFrom('internal', 'cardholder'),
    opinions: fc.array(opinions, { maxLength: 7 }),
    approvals: fc.array(approvals, { maxLength: 4 }),
    proposer: fc.oneof({ weight: 4, arbitrary: fc.constant('planner') }, everybody),
    requester: fc.oneof({ weight: 4, arbitrary: fc.constant('ana') }, everybody),
    brokenBy: fc.subarray(['boris', 'vera', 'mallory']),
  })
  .map(ballot);
const RUNS = { numRuns: 3000 };

/**
 * The bare minimum behind `carried`, told from the raw ballot and not from what stands of it: whether an objection does is left
 * open, so that a person may have stood in for who raised it, or may not.
 */
function lacksQuorum({ rule, riskClass, ...one }: Ballot): string | undefined {
  if (!rule || riskClass === 'R4') return 'no rule';
  const mayNot = new Set([one.proposer, one.requester]);
  const yes: string[] = [];
  const groups = new Set<string>();
  let [objectors, heard] = [0, 0];
  for (const { name, role, mandate, group } of one.policy.principals) {
    if (role !== 'reviewer' || mandate === 'adversary' || mayNot.has(name)) continue;
    const own = one.opinions.filter(({ principal }) => principal === name);
    if (!own.some(({ phase }) => phase === 'blind')) continue;
    const hasApproved = own.some(({ verdict, brain }) => verdict === 'approve' && brain === 'playbook');
    if (hasApproved) heard += 1;
    else if (own.some(({ verdict }) => verdict === 'reject')) objectors += 1;
    if (!hasApproved) continue;
    yes.push(name);
    groups.add(group);
  }
  const agreed = people.filter(
    (name) => !mayNot.has(name) && one.approvals.some((given) => given.person === name && given.verdict === 'approve'),
  );
  const least = one.dataClass === 'cardholder' ? Math.max(rule.people, rule.cardholderPeople) : rule.people;
  if (agreed.length < least) return 'people';
  if (one.approvals.some(({ person, verdict }) => verdict === 'reject' && people.includes(person))) return 'refused';
  const glass = agreed.filter((name) => one.brokenBy.includes(name)).length >= 2 && ['R1', 'R3'].includes(riskClass);
  if (glass) return undefined;
  const silent = Math.max(0, rule.reviewers - heard);
  if (agreed.length < least + Math.max(0, silent - objectors)) return 'stand-ins';
  if (yes.length + Math.min(silent, agreed.length - least) < rule.approvals) return 'approvals';
  if (groups.size + agreed.length < rule.groups) return 'groups';
  const hasLooked = one.opinions.some(
    ({ principal, verdict, abstention }) =>
      principal === 'reviewer-adversary' && (verdict !== 'abstain' || abstention === 'nothing-found'),
  );
  if (rule.adversary && !(hasLooked && !mayNot.has('reviewer-adversary')) && agreed.length <= least) return 'adversary';
  return undefined;
}

test('carried means that quorum, groups and people are there, whatever else was said', () => {
  let carried = 0;
  fc.assert(
    fc.property(ballots, (one) => {
      if (tally(one).verdict !== 'carried') return;
      carried += 1;
      expect(lacksQuorum(one)).toBeUndefined();
    }),
    { numRuns: 10_000 },
  );
  expect(carried).toBeGreaterThan(150);
});

test('Invariant 3: carried means that the only word of nobody is something critical', () => {
  fc.assert(
    fc.property(ballots, (one) => {
      if (tally(one).verdict !== 'carried') return;
      for (const name of reviewers) {
        const own = one.opinions.filter(({ principal }) => principal === name);
        const isCritical = ({ findings: found }: CountedOpinion) =>
          found.some(({ severity: how, evidenced }) => how === 'critical' && evidenced);
        expect(own.length > 0 && own.every(isCritical) && own.some(({ phase }) => phase === 'blind')).toBe(false);
      }
    }),
    RUNS,
  );
});

test('the order of the voices does not matter', () => {
  fc.assert(
    fc.property(
      ballots.chain((one) =>
        fc.record({
          one: fc.constant(one),
          turned: fc.shuffledSubarray([...one.opinions], { minLength: one.opinions.length }),
        }),
      ),
      ({ one, turned }) => {
        const { explanation: before, ...first } = tally(one);
        const { explanation: after, ...second } = tally({
          ...one,
          opinions: turned,
          approvals: one.approvals.toReversed(),
        });
        expect(second).toEqual(first);
        expect([before, after].every((text) => text.length > 10)).toBe(true);
      },
    ),
    RUNS,
  );
});

test('taking an approval away never carries', () => {
  fc.assert(
    fc.property(ballots, fc.constantFrom(...reviewers), fc.nat(), (one, who, pick) => {
      if (tally(one).verdict === 'carried') return;
      const isPlain = ({ verdict, findings: found }: CountedOpinion) => verdict === 'approve' && found.length === 0;
      const own = one.opinions.filter(({ principal }) => principal === who);
      // What somebody has found while approving is an objection, and who contradicts itself is another matter.
      const isClear = own.every((said) => said.verdict !== 'approve' || isPlain(said)) && own.length <= 2;
      const isOnce = own.filter(({ phase }) => phase === 'blind').length <= 1 && own[0]?.phase !== own[1]?.phase;
      const others = one.opinions.filter((said) => said.principal !== who || !isPlain(said));
      if (isClear && isOnce) expect(tally({ ...one, opinions: others }).verdict).not.toBe('carried');
      const fewer = one.approvals.filter(
        ({ verdict }, at) => verdict !== 'approve' || at !== pick % one.approvals.length,
      );
      expect(tally({ ...one, approvals: fewer }).verdict).not.toBe('carried');
      expect(tally({ ...one, brokenBy: one.brokenBy.slice(1) }).verdict).not.toBe('carried');
    }),
    { numRuns: 10_000 },
  );
});

test('adding a rejection never carries', () => {
  fc.assert(
    fc.property(ballots, everybody, findings, (one, who, found) => {
      if (tally(one).verdict === 'carried') return;
      const own = one.opinions.filter(({ principal }) => principal === who);
      const isFirst = own.some(({ phase }) => phase === 'second') && own.every(({ phase }) => phase === 'second');
      const against = opinion(who, 'reject', {
        findings: found.map(([how, evidenced]) => ({ ...finding(how), evidenced })),
      });
      // A blind vote makes the second one of the same reviewer count, and an adversary that has spoken is missed no more.
      if (!isFirst && who !== adversary.principal)
        expect(tally({ ...one, opinions: [...one.opinions, against] }).verdict).not.toBe('carried');
      const outright = opinion(who, 'reject', { phase: 'second', findings: [finding('critical')] });
      expect(tally({ ...one, opinions: [...one.opinions, outright] }).verdict).not.toBe('carried');
      expect(tally({ ...one, approvals: [...one.approvals, approval(who, 'reject')] }).verdict).not.toBe('carried');
    }),
    { numRuns: 10_000 },
  );
});

test('every ballot has an answer, and referred names how many people would do', () => {
  fc.assert(
    fc.property(ballots, (one) => {
      const { verdict, peopleNeeded, counted } = tally(one);
      expect(['carried', 'rejected', 'referred']).toContain(verdict);
      if (verdict === 'referred') expect(peopleNeeded).toBeGreaterThan(counted.people);
      const enough = Array.from({ length: peopleNeeded }, (_, at) => ({
        name: `person-${String.fromCodePoint(97 + at)}`,
        role: 'person' as const,
        group: `person-${at}`,
        publicKey: Buffer.alloc(32, at).toString('base64'),
      }));
      const policy = { ...smallPolicy, principals: [...smallPolicy.principals, ...enough] };
      const agreed = { ...one, policy, approvals: [...one.approvals, ...enough.map(({ name }) => approval(name))] };
      if (verdict === 'referred') expect(tally(agreed).verdict).toBe('carried');
    }),
    RUNS,
  );
});
