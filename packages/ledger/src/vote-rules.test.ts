import { expect, test } from 'vitest';
import { CHECKED, DEBATED, debatedRun, found, type Debated } from './debate-story.fixture.ts';
import { brokenRules } from './log.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { moved, rearranged, type Entries } from './rearranged.fixture.ts';
import { salted, soundRun } from './story.fixture.ts';

const acme = new Organisation();
const rulesOf = (entries: Entries): Promise<string[]> => brokenRules(acme, entries.values());

test('a debate in which somebody changed its mind because of a test verifies', async () => {
  const { entries } = await debatedRun(acme);
  expect(await rulesOf(entries)).toEqual([]);
});

test.each<[string, Debated, string[]]>([
  ['a change that names a finding', { second: { because: [DEBATED] } }, []],
  ['a change that names a place in the plan', { second: { because: ['/steps/0/with'] } }, []],
  ['a change that names a finding nobody had', { second: { because: ['f-00000000'] } }, ['cause']],
  ['a change that names a test nobody had made', { second: { because: ['c-00000000'] } }, ['cause']],
  ['a change from what it never was', { second: { changedFrom: 'abstain' } }, ['changed-from']],
  ['a change that is called none', { second: { changedFrom: null } }, ['changed-from']],
  ['a first vote that was changed already', { first: { changedFrom: 'approve' } }, ['changed-from']],
  ['a first vote that names a cause', { first: { because: [DEBATED] } }, ['changed-from']],
  [
    'a second vote that is called blind',
    { second: { phase: 'blind', changedFrom: null, because: [] } },
    ['blind', 'quorum', 'second-rebuttal', 'vote-again'],
  ],
  ['an opinion on other evidence', { second: { evidence: salted('other') } }, ['opinion-evidence']],
  ['a change without a cause', { second: { because: [] } }, ['quorum']],
  [
    'a veto that is dropped without a cause',
    { first: { findings: [found('high')] }, second: { verdict: 'reject', changedFrom: null, because: [] } },
    ['veto'],
  ],
  ['a rebuttal of somebody else', { answers: 'healer' }, ['rebuttal-proposer']],
  ['a test of what nobody had found', { test: { finding: 'f-00000000' } }, ['check-finding']],
  [
    'a motion carried after it was taken back',
    { rebuttal: { answers: [{ finding: DEBATED, kind: 'fix', evidence: [] }] } },
    ['withdrawn'],
  ],
])('%s', async (_, change, rules) => {
  const { entries } = await debatedRun(acme, change);
  expect(await rulesOf(entries)).toEqual(rules);
});

test('a second vote of who had not voted blind is found', async () => {
  const { entries } = await debatedRun(acme);
  const late = rearranged(entries, {
    without: ['commitment reviewer-reliability 1', 'opinion reviewer-reliability 1'],
  });
  expect(await rulesOf(late)).toEqual(['quorum', 'second-blind', 'verdict-ballots']);
});

test('a second vote that began before the proposer had answered is found', async () => {
  const { entries } = await debatedRun(acme);
  expect(await rulesOf(moved(entries, 'commitment reviewer-security 2', 'rebuttal'))).toEqual([
    'cause',
    'second-rebuttal',
  ]);
  expect(await rulesOf(rearranged(entries, { without: ['rebuttal'] }))).toEqual(['second-rebuttal']);
});

test('a test that came after the vote it is said to have changed is found', async () => {
  const { entries } = await debatedRun(acme);
  const check = entries.get('check')!;
  expect(await rulesOf(rearranged(entries, { before: 'verdict', put: { check } }))).toEqual(['cause']);
  expect(CHECKED).toMatch(/^c-[0-9a-f]{8}$/);
});

test('a blind commitment after a reveal, and one after the debate, are found', async () => {
  const { entries } = await debatedRun(acme);
  const own = entries.get('commitment reviewer-reliability 1')!;
  const afterReveal = rearranged(entries, {
    before: 'opinion reviewer-reliability 1',
    put: { 'commitment reviewer-reliability 1': own },
  });
  expect(await rulesOf(afterReveal)).toEqual(['blind']);
});

test('an opinion without its commitment, or with two, is found', async () => {
  const story = await soundRun(acme);
  const name = 'commitment reviewer-security 1';
  expect(await rulesOf(rearranged(story, { without: [name] }))).toEqual(['commitment']);
  const twice = rearranged(story, { before: name, put: { again: story.get(name)! } });
  expect(await rulesOf(twice)).toEqual(['commitment']);
});

test('an opinion on what was never put to the vote is found', async () => {
  const story = await soundRun(acme);
  const early = moved(story, 'opinion reviewer-security 1', 'motion');
  expect(await rulesOf(early)).toEqual(['opinion-motion', 'quorum', 'verdict-ballots']);
});

test('two rebuttals are one too many', async () => {
  const { entries } = await debatedRun(acme);
  const twice = rearranged(entries, { before: 'check', put: { again: entries.get('rebuttal')! } });
  expect(await rulesOf(twice)).toEqual(['rebuttal-once']);
});
