import type { Predicate } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { debatedRun, found } from './debate-story.fixture.ts';
import { brokenRules } from './log.fixture.ts';
import { Organisation, type Name } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { salted, soundRun, Story } from './story.fixture.ts';

const acme = new Organisation();
const rulesOf = ({ entries }: Pick<Story, 'entries'>): Promise<string[]> => brokenRules(acme, entries.values());

type Said = Partial<Record<Name, Partial<Predicate<'opinion'>>>>;
const silent = { verdict: 'abstain', abstention: 'nothing-known' } as const;
const harmless = { verdict: 'abstain', abstention: 'nothing-found' } as const;

interface Course {
  readonly riskClass?: 'R1' | 'R3';
  readonly said: Said;
  readonly approvals?: readonly Name[];
  readonly rejections?: readonly Name[];
  readonly motion?: Partial<Predicate<'motion'>>;
  readonly counted?: Partial<Predicate<'verdict'>['counted']>;
  readonly verdict?: Partial<Predicate<'verdict'>>;
}

async function carried({ riskClass = 'R1', said, approvals = [], rejections = [], ...rest }: Course): Promise<Story> {
  const story = new Story(acme, { riskClass });
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze(rest.motion);
  await story.vote(said);
  for (const name of approvals) await story.approve(name);
  for (const name of rejections) await story.approve(name, 'reject');
  const counted = { reviewers: 2, approvals: 2, groups: 2 + approvals.length, people: approvals.length };
  await story.decide({ counted: { ...counted, ...rest.counted }, ...rest.verdict });
  await story.permit();
  await story.execute();
  return story;
}

const agreed: Said = { 'reviewer-security': {}, 'reviewer-reliability': {} };
const attacked: Said = { ...agreed, 'reviewer-adversary': harmless };

test.each<[string, Course, string[]]>([
  ['two reviewers agree', { said: agreed }, []],
  ['an adversary and a person', { riskClass: 'R3', said: attacked, approvals: ['boris'] }, []],
  [
    'a referred motion, for which a person stands in',
    {
      said: { 'reviewer-security': {}, 'reviewer-reliability': silent },
      approvals: ['boris'],
      counted: { reviewers: 1, approvals: 1, groups: 2 },
    },
    [],
  ],
  ['nobody stands in', { said: { 'reviewer-security': {}, 'reviewer-reliability': silent } }, ['quorum']],
  [
    'the requester stands in',
    { said: { 'reviewer-security': {}, 'reviewer-reliability': silent }, approvals: ['ana'] },
    ['quorum'],
  ],
  ['the adversary is missing', { riskClass: 'R3', said: agreed, approvals: ['boris'] }, ['quorum']],
  ['the adversary approves', { said: { 'reviewer-security': {}, 'reviewer-adversary': {} } }, ['quorum']],
  ['no person where one is needed', { riskClass: 'R3', said: attacked }, ['quorum']],
  [
    'one person for cardholder data',
    { riskClass: 'R3', said: attacked, approvals: ['boris'], motion: { reasons: ['risk.cardholder-data'] } },
    ['quorum'],
  ],
  [
    'two people for cardholder data',
    { riskClass: 'R3', said: attacked, approvals: ['boris', 'vera'], motion: { reasons: ['risk.cardholder-data'] } },
    [],
  ],
  [
    'something critical was found',
    { said: { ...agreed, 'reviewer-security': { findings: [found('critical')] } } },
    ['veto'],
  ],
  [
    'the budget was exhausted',
    { said: { ...attacked, 'reviewer-adversary': { ...silent, abstention: 'budget' } } },
    ['veto'],
  ],
  ['a person rejected it', { said: agreed, rejections: ['vera'] }, ['veto']],
  ['other numbers are stated', { said: agreed, counted: { groups: 3 } }, ['verdict-count']],
  ['another reason is stated', { said: agreed, verdict: { reason: 'verdict.glass-broken' } }, ['verdict-count']],
  ['another class is stated', { said: agreed, verdict: { riskClass: 'R0' } }, ['verdict-class']],
  ['a class without a rule', { said: agreed, motion: { riskClass: 'R4' }, verdict: { riskClass: 'R4' } }, ['quorum']],
  [
    'a patch that no healer wrote',
    { said: agreed, motion: { kind: 'heal', previous: salted('x') } },
    ['motion-author', 'motion-previous'],
  ],
])('carried, and %s', async (_, course, rules) => {
  expect(await rulesOf(await carried(course))).toEqual(rules);
});

test('a dissent that the verdict leaves out is found', async () => {
  const story = await carried({
    said: { ...agreed, 'reviewer-adversary': { verdict: 'reject', findings: [found('low')] } },
  });
  const counted = ['reviewer-security', 'reviewer-reliability'].map((name) => story.digest(`opinion ${name} 1`));
  await story.decide({ opinions: counted });
  await story.permit();
  expect(await rulesOf(story)).toEqual(['verdict-withheld']);
});

test('a person whose rejection is left out is found', async () => {
  const story = await carried({ said: agreed, rejections: ['vera'], verdict: { approvals: [] } });
  expect(await rulesOf(story)).toEqual(['verdict-withheld']);
});

test('a vote that is held again until it pleases is found', async () => {
  const story = await carried({ said: { ...agreed, 'reviewer-security': { verdict: 'reject' } } });
  await story.vote({ 'reviewer-security': { phase: 'blind' }, 'reviewer-reliability': { phase: 'blind' } }, 2);
  story.forget('verdict', 'permit', 'receipt');
  const counted = ['reviewer-security', 'reviewer-reliability'].map((name) => story.digest(`opinion ${name} 2`));
  await story.decide({ opinions: counted });
  expect(await rulesOf(story)).toEqual(['verdict-withheld']);
  await story.decide();
  expect(await rulesOf(story)).toEqual(['quorum', 'vote-again']);
});

test('what was said for a motion in a vote that broke off counts no more', async () => {
  const story = new Story(acme);
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.commit('reviewer-security');
  await story.commit('reviewer-reliability');
  await story.reveal('reviewer-security');
  await story.vote({ 'reviewer-security': { phase: 'blind' }, 'reviewer-reliability': { phase: 'blind' } }, 2);
  await story.decide({
    opinions: ['reviewer-security', 'reviewer-reliability'].map((name) => story.digest(`opinion ${name} 2`)),
  });
  expect(await rulesOf(story)).toEqual([]);
});

test('an opinion that is not in the log, and one that counts twice, are found', async () => {
  const story = await soundRun(acme);
  expect(await rulesOf({ entries: rearranged(story, { without: ['opinion reviewer-security 1'] }) })).toEqual([
    'quorum',
    'verdict-ballots',
  ]);
  const twice = await carried({ said: agreed });
  const own = twice.digest('opinion reviewer-security 1');
  await twice.decide({ opinions: [own, own] });
  expect(await rulesOf({ entries: rearranged(twice.entries, { without: ['permit', 'receipt'] }) })).toEqual([
    'quorum',
    'verdict-withheld',
  ]);
});

test('a verdict on what nobody asked for, or was never frozen, is found', async () => {
  const story = await soundRun(acme);
  expect(await rulesOf({ entries: rearranged(story, { without: ['request'] }) })).toEqual(['request']);
  const { entries } = await debatedRun(acme);
  expect(await rulesOf({ entries: rearranged(entries, { without: ['motion'] }) })).toEqual([
    'opinion-motion',
    'verdict-class',
  ]);
});

test('a motion that drifted is voted on anew, and what was said before counts no more', async () => {
  const story = await carried({
    said: { ...agreed, 'reviewer-security': { verdict: 'reject', findings: [found('high')] } },
    verdict: { verdict: 'rejected' },
  });
  story.forget('permit', 'receipt');
  await story.freeze({ state: salted('drifted'), evidence: salted('evidence') }, 'reopened');
  await story.vote({ 'reviewer-security': { phase: 'blind' }, 'reviewer-reliability': { phase: 'blind' } }, 2);
  const opinions = ['reviewer-security', 'reviewer-reliability'].map((name) => story.digest(`opinion ${name} 2`));
  await story.decide({ opinions }, 'verdict after drift');
  expect(await rulesOf(story)).toEqual([]);
  const before = ['reviewer-security', 'reviewer-reliability'].map((name) => story.digest(`opinion ${name} 1`));
  await story.decide({ opinions: before }, 'verdict after drift');
  expect(await rulesOf(story)).toEqual(['quorum', 'verdict-ballots']);
});
