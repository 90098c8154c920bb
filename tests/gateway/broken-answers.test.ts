import { expect, test } from 'vitest';
import { startModelServer } from '../../tools/model-server/model-server.ts';
import type { Reply } from '../../tools/model-server/reply.ts';
import { expectRecorded, install } from './installation.ts';

const good: Reply = { kind: 'json', value: { plan: 'one primary' } };
const compatible = {};
const anthropic = { provider: 'anthropic', model: 'claude-sonnet-4-5' } as const;

test('a 429 is asked again when it says, in a try of its own that is reserved and recorded like the first', async () => {
  const installation = await install([{ kind: 'status', status: 429, retryAfterSeconds: 1 }, good]);
  const began = performance.now();
  expect(await installation.ask()).toMatchObject({ kind: 'answer', value: { plan: 'one primary' } });
  expect(performance.now() - began).toBeGreaterThan(900);
  const { records, events } = installation;
  expect(records.leaving.map((leaving) => leaving.try)).toEqual([1, 2]);
  expect(records.ended).toMatchObject([
    { try: 1, outcome: 'failed', status: 429, spent: { tokens: 0, microUsd: 0 } },
    { try: 2, outcome: 'answered', status: 200 },
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'retrying', 'writing', 'ended']);
  expectRecorded(installation);
});

test('a 500 may have cost what was reserved, and is booked so', async () => {
  const installation = await install([{ kind: 'status', status: 500 }, good]);
  const answer = await installation.ask();
  const [first, second] = installation.records.leaving;
  const { ended } = installation.records;
  expect(ended[0]).toMatchObject({ outcome: 'failed', status: 500, spent: first?.reserved });
  expect(ended[1]?.spent.tokens).toBeLessThan(second?.reserved.tokens ?? 0);
  expect(answer).toMatchObject({
    kind: 'answer',
    tokens: (ended[0]?.spent.tokens ?? 0) + (ended[1]?.spent.tokens ?? 0),
  });
});

test('a request that the provider turns away is not sent again, and its words are not passed on', async () => {
  const installation = await install([{ kind: 'status', status: 401, message: 'Incorrect key provided: sk-abcdef' }]);
  const answer = await installation.ask();
  expect(answer).toMatchObject({ kind: 'refused', code: 'provider-failed', tokens: 0 });
  expect(JSON.stringify(answer)).not.toContain('sk-abcdef');
  expect(installation.server.requests()).toHaveLength(1);
});

test.each([
  ['nothing comes back', compatible, { kind: 'drop', afterBytes: 0, answer: good }],
  ['the connection breaks in the middle', anthropic, { kind: 'drop', afterBytes: 40, answer: good }],
  ['the stream ends early', anthropic, { kind: 'truncate', afterBytes: 200, answer: good }],
  ['garbage', compatible, { kind: 'garbage' }],
] satisfies [string, object, Reply][])(
  '%s: tried three times, then refused, and every try settled',
  async (_name, model, reply) => {
    const installation = await install([reply], { model });
    expect(await installation.ask()).toMatchObject({ kind: 'refused', code: 'provider-failed' });
    expect(installation.server.requests()).toHaveLength(3);
    expectRecorded(installation);
    expect(installation.records.ended.every(({ outcome }) => outcome !== 'answered')).toBe(true);
    for (const level of await installation.budget.levels('run/'))
      expect(level.use.work).toMatchObject({ reserved: { tokens: 0, microUsd: 0 } });
  },
);

test('a broken stream is asked again', async () => {
  const installation = await install([{ kind: 'truncate', afterBytes: 300, answer: good }, good]);
  expect(await installation.ask()).toMatchObject({ kind: 'answer', value: { plan: 'one primary' } });
});

test('an answer that never comes is broken off at the deadline, at the full price', async () => {
  // Long enough that the request has left before it also on a busy machine.
  const installation = await install([{ kind: 'hang' }], { model: { timeoutSeconds: 4 } });
  const answer = await installation.ask();
  expect(answer).toMatchObject({
    kind: 'refused',
    code: 'provider-failed',
    detail: 'There was no answer within 4 seconds.',
  });
  const { leaving, ended } = installation.records;
  expect(ended).toMatchObject([{ outcome: 'aborted', status: null, received: null, spent: leaving[0]?.reserved }]);
  await expect.poll(() => installation.server.requests().map(({ state }) => state)).toEqual(['left']);
});

test('a slow stream is broken off too, and what came is on record', async () => {
  const slow: Reply = { kind: 'text', text: 'slow '.repeat(500), pace: { pieceCharacters: 5, pieceMilliseconds: 20 } };
  // Long enough that something comes before it also on a busy machine.
  const installation = await install([slow], { model: { timeoutSeconds: 4 } });
  expect(await installation.ask()).toMatchObject({ kind: 'refused', code: 'provider-failed' });
  const { leaving, ended } = installation.records;
  expect(ended).toMatchObject([{ outcome: 'aborted', status: 200, spent: leaving[0]?.reserved }]);
  expect(Buffer.from(ended[0]?.received ?? []).toString()).toContain('slow');
  const writing = installation.events.filter(({ kind }) => kind === 'writing');
  expect(writing.length).toBeGreaterThan(0);
  // Of some 200 pieces.
  expect(writing.length).toBeLessThan(25);
});

test.each([
  ['no JSON', { kind: 'text', text: 'Sure, here is the plan.' }],
  ['declined', { kind: 'refusal', text: 'I cannot help with that.' }],
  ['cut off', { kind: 'text', text: '{"plan": "one', finish: 'length' }],
] satisfies [string, Reply][])(
  '%s: an invalid answer is paid once, also when it is asked for again',
  async (_name, reply) => {
    const installation = await install([reply]);
    const request = await installation.request();
    const answer = await installation.gateway.ask(request);
    expect(answer).toMatchObject({ kind: 'refused', code: 'answer-invalid' });
    expect(await installation.gateway.ask(request)).toEqual(answer);
    expect(installation.server.requests()).toHaveLength(1);
    expect(installation.records.ended[0]?.spent.tokens).toBeGreaterThan(0);
  },
);

test('the form of an answer is for its asker to judge: a violation of the schema is passed on as it is', async () => {
  const installation = await install([{ kind: 'json', value: ['not', 'a', 'plan'] }]);
  expect(await installation.ask()).toMatchObject({ kind: 'answer', value: ['not', 'a', 'plan'] });
});

test('JSON in a fence is JSON', async () => {
  const installation = await install([{ kind: 'text', text: '```json\n{"plan":"one"}\n```\n' }]);
  expect(await installation.ask()).toMatchObject({ kind: 'answer', value: { plan: 'one' } });
});

test('usage that nobody reports is the whole reservation', async () => {
  const installation = await install([{ ...good, usage: 'absent' }]);
  const answer = await installation.ask();
  expect(installation.records.ended[0]?.spent).toEqual(installation.records.leaving[0]?.reserved);
  expect(answer).toMatchObject({ kind: 'answer', ...installation.records.leaving[0]?.reserved });
});

test('a provider that writes past the greatest number of tokens is broken off, and costs the whole reservation', async () => {
  const endless: Reply = { kind: 'text', text: 'and on '.repeat(20_000), pace: { pieceCharacters: 5000 } };
  const { ask, records } = await install([endless]);
  expect(await ask({ maxOutputTokens: 16 })).toMatchObject({ kind: 'refused', code: 'answer-invalid' });
  expect(records.ended.map(({ spent }) => spent)).toEqual([records.leaving[0]?.reserved]);
  expect(records.ended[0]?.received?.length).toBeLessThan(20_000 * 'and on '.length);
});

test('who reports that nothing was used for an answer has not counted: it is the whole reservation', async () => {
  const none = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
  const { ask, records } = await install([{ ...good, usage: none }]);
  expect(await ask()).toMatchObject({ kind: 'answer', ...records.leaving[0]?.reserved });
  expect(records.ended[0]?.spent).toEqual(records.leaving[0]?.reserved);
});

test('what a provider says when it fails stands in no log: it may repeat the key it was sent', async () => {
  const key = ['never', 'shown', 'to', 'anybody'].join('-');
  const installation = await install([{ kind: 'status', status: 401, message: `Incorrect key: ${key}` }], {
    model: { key: { kind: 'env', name: 'MODEL_KEY' } },
    environment: { MODEL_KEY: key },
  });
  expect(await installation.ask()).toMatchObject({ kind: 'refused', detail: 'The provider answered with status 401.' });
  expect(installation.records.ended).toMatchObject([{ status: 401, received: null }]);
  expect(installation.faults).toMatchObject([{ code: 'provider-failed' }]);
  expect(JSON.stringify(installation.faults.map(String))).not.toContain(key);
});

test('a provider that nobody can reach has cost nothing', async () => {
  const gone = await startModelServer({ brain: () => good });
  await gone.close();
  const installation = await install([good], { model: { endpoint: `${gone.url}/v1` } });
  expect(await installation.ask()).toMatchObject({ kind: 'refused', code: 'provider-failed', tokens: 0 });
  expect(installation.records.ended).toHaveLength(3);
  expect(installation.records.ended[0]).toMatchObject({ outcome: 'failed', status: null, spent: { tokens: 0 } });
});
