import { digestOfBytes, type Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { thinkingOrganisation, thinkingRun, type Departure } from './model-story.fixture.ts';
import { Story } from './story.fixture.ts';

const acme = thinkingOrganisation();
const policy = acme.policyDigest;
type Entries = Map<string, Envelope>;

const rulesBrokenBy = (entries: Entries): Promise<string[]> => brokenRules(acme, entries.values());

/** The story with entries moved, left out or put in before another one. */
function rearranged(
  story: Entries,
  change: { without?: string; before?: string; put?: Record<string, Envelope> },
): Entries {
  const { without, before, put = {} } = change;
  const entries = [...story].filter(([name]) => name !== without && !(name in put));
  const at = before === undefined ? entries.length : entries.findIndex(([name]) => name === before);
  return new Map([...entries.slice(0, at), ...Object.entries(put), ...entries.slice(at)]);
}

test('a run whose planner asked its model verifies', async () => {
  expect(await rulesBrokenBy(await thinkingRun(acme))).toEqual([]);
});

const other = `call-${'b'.repeat(26)}`;

test.each<[string, Departure, string[]]>([
  ['rules that have the last word after a call in vain', { plan: { brain: 'playbook' } }, []],
  ['a thought of rules that cost tokens', { plan: { brain: 'playbook', calls: [] } }, ['call-tokens']],
  ['a thought of a model that names no call', { plan: { calls: [], tokens: 0 } }, ['brain-call']],
  ['a call that was never made', { plan: { calls: [other] } }, ['call-tokens']],
  ['more tokens than its call has cost', { plan: { tokens: 301 } }, ['call-tokens']],
  ['a question of somebody else', { asks: 'healer' }, ['egress-question']],
  ['a question for another purpose', { question: { purpose: 'revise' } }, ['egress-question']],
  ['another question than was asked', { egress: { question: digestOfBytes('another') } }, ['egress-question']],
  [
    'bytes for an agent that has no model',
    { egress: { principal: 'healer' } },
    ['call-principal', 'egress-principal', 'egress-question'],
  ],
  ['a model that nobody listed', { egress: { model: 'stranger' } }, ['egress-model', 'egress-principal']],
  ['another provider than the listed one', { egress: { provider: 'openai' } }, ['egress-model']],
  ['data that the model may not see', { egress: { dataClass: 'confidential' } }, ['egress-data-class']],
  ['a trust policy that is not in force', { egress: { trustPolicy: digestOfBytes('another') } }, ['policy-in-force']],
  ['the end of another try', { end: { try: 2 } }, ['egress-end', 'settlement-open']],
  [
    'more than was reserved',
    { end: { spent: { tokens: 501, microUsd: 200 } }, settlement: { tokens: 501 } },
    ['egress-reserved'],
  ],
  [
    'more than a run may cost',
    {
      egress: { reserved: { tokens: 2000, microUsd: 500 } },
      end: { spent: { tokens: 1001, microUsd: 200 } },
      settlement: { tokens: 1001 },
    },
    ['budget-run'],
  ],
  [
    'more money than a run may cost',
    {
      egress: { reserved: { tokens: 500, microUsd: 1001 } },
      end: { spent: { tokens: 300, microUsd: 1001 } },
      settlement: { microUsd: 1001 },
    },
    ['budget-run'],
  ],
  ['a settlement that hides tokens', { settlement: { tokens: 0 } }, ['settlement-spent']],
  ['a settlement that hides money', { settlement: { microUsd: 199 } }, ['settlement-spent']],
])('%s is found', async (_, departure, rules) => {
  expect(await rulesBrokenBy(await thinkingRun(acme, departure))).toEqual(rules);
});

test.each<[string, string, string[]]>([
  ['bytes that left without a question', 'question', ['egress-question']],
  ['bytes that never left', 'egress', ['egress-end']],
  ['a call without an end', 'egress-end', ['call-egress', 'call-tokens', 'settlement-open', 'settlement-spent']],
])('%s are found', async (_, without, rules) => {
  expect(await rulesBrokenBy(rearranged(await thinkingRun(acme), { without }))).toEqual(rules);
});

test('what comes too late is found', async () => {
  const story = await thinkingRun(acme);
  const late = (name: string): Entries => rearranged(story, { put: { [name]: story.get(name)! } });
  expect(await rulesBrokenBy(late('question'))).toEqual(['egress-question']);
  expect(await rulesBrokenBy(late('egress'))).toEqual(['call-egress', 'egress-end']);
  expect(await brokenRules(acme, late('egress-end').values(), 'in-place')).toEqual([
    'after-settlement',
    'call-egress',
    'call-tokens',
    'settlement-open',
    'settlement-spent',
  ]);
});

test('what is there twice is found', async () => {
  const story = await thinkingRun(acme);
  const twice = (name: string): Entries => rearranged(story, { before: 'plan', put: { again: story.get(name)! } });
  expect(await rulesBrokenBy(twice('egress'))).toEqual(['egress-unique']);
  expect(await rulesBrokenBy(twice('egress-end'))).toEqual(['egress-once', 'settlement-spent']);
});

test('a model-brained opinion of a reviewer whom the trust policy gives no model is found', async () => {
  const story = new Story(acme);
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.vote({ 'reviewer-security': { brain: 'model' }, 'reviewer-reliability': {} });
  await story.decide();
  expect(await brokenRules(acme, story.entries.values())).toEqual(['brain-model', 'quorum']);
});

test('while a person has stopped all model calls, nothing leaves', async () => {
  const story = await thinkingRun(acme);
  const stop = await acme.say(
    'server',
    'model-stop',
    policy,
    { person: 'ana', commitment: digestOfBytes('why') },
    { run: 'duovir' },
  );
  const resume = await acme.say('server', 'model-resume', policy, { person: 'ana' }, { run: 'duovir' });
  const stopped = rearranged(story, { before: 'question', put: { stop } });
  expect(await rulesBrokenBy(stopped)).toEqual(['model-stop']);
  expect(await rulesBrokenBy(rearranged(stopped, { before: 'egress', put: { resume } }))).toEqual([]);
  expect(await rulesBrokenBy(rearranged(story, { before: 'egress-end', put: { stop } }))).toEqual([]);
});

test('a try that a stop overtook, and that was aborted before anything left, is no fault', async () => {
  const end = { outcome: 'aborted', status: null, answer: null, spent: { tokens: 0, microUsd: 0 } } as const;
  const nothing = { plan: { tokens: 0 }, settlement: { tokens: 0, microUsd: 0 } };
  const story = await thinkingRun(acme, { end, ...nothing });
  const stop = await acme.say(
    'server',
    'model-stop',
    policy,
    { person: 'ana', commitment: digestOfBytes('why') },
    { run: 'duovir' },
  );
  expect(await rulesBrokenBy(rearranged(story, { before: 'egress', put: { stop } }))).toEqual([]);
});

test('the server cannot ask in the name of an agent', async () => {
  const story = await thinkingRun(acme);
  const prompt = { name: 'plan', version: 1, digest: digestOfBytes('prompt') };
  const asked = { purpose: 'plan', motion: null, attempt: 1, prompt } as const;
  const byServer = await acme.say('server', 'model-question', digestOfBytes('the question'), asked);
  expect(await rulesBrokenBy(story.set('question', byServer))).toEqual(['egress-question', 'role']);
});

test('a question that the gateway refused has left nothing, and one that nobody asked is found', async () => {
  const story = await thinkingRun(acme, { plan: { tokens: 0 }, settlement: { tokens: 0, microUsd: 0 } });
  const refused = new Map([...story].filter(([name]) => !name.startsWith('egress')));
  expect(await rulesBrokenBy(refused)).toEqual([]);
  expect(await rulesBrokenBy(rearranged(refused, { without: 'question' }))).toEqual(['call-egress']);
});
