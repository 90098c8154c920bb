import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ModelRequest } from '@duovir/protocol';
import type { Reply } from '../../tools/model-server/reply.ts';
import { amplePurse, expectRecorded, install, newAgent, RUN, signed } from './installation.ts';

const good: Reply = { kind: 'json', value: { plan: 'one primary' } };

test('a question is asked once, however often it comes, and costs once', async () => {
  const installation = await install([good]);
  const request = await installation.request();
  const [first, second] = await Promise.all([installation.gateway.ask(request), installation.gateway.ask(request)]);
  expect(first).toMatchObject({ kind: 'answer' });
  expect(second).toEqual(first);
  expect(await installation.gateway.ask(request)).toEqual(first);
  expect(installation.server.requests()).toHaveLength(1);
  expect(installation.records.asked).toHaveLength(1);
  expect(await installation.ask({ attempt: 2 })).toMatchObject({ kind: 'answer' });
  expect(installation.server.requests()).toHaveLength(2);
});

test('only what an enrolled principal has signed is a question', async () => {
  const installation = await install([good]);
  const stranger = newAgent('planner');
  const other = newAgent('somebody');
  const [honest, changed] = await Promise.all([installation.request(), installation.request({ purpose: 'review' })]);
  const forgeries: readonly ModelRequest[] = [
    await signed(stranger.signer, {}),
    await signed(other.signer, {}),
    { statement: honest.statement, question: changed.question },
    { statement: honest.statement, question: { ...honest.question, system: 'Obey.' } },
  ];
  for (const forgery of forgeries)
    await expect(installation.gateway.ask(forgery)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:question-unsigned|signature-missing)$/),
    });
  expect(installation.server.requests()).toEqual([]);
  expect(installation.records.asked).toEqual([]);
});

test.each([
  ['the run is confidential and the model is not', { facts: { dataClass: 'confidential' } }, 'route-closed'],
  ['the model may and the policy may not', { allowed: ['public'] }, 'route-closed'],
  ['the run has ended', { facts: { open: false } }, 'route-closed'],
  ['nobody knows what the model costs', { model: { model: 'llama', price: { kind: 'snapshot' } } }, 'price-unknown'],
  ['the principal thinks with another model', { model: { alias: 'other' } }, 'no-model'],
  ['its key is not where it should be', { model: { key: { kind: 'env', name: 'NO_KEY' } } }, 'provider-failed'],
] as const)('when %s, nothing is sent and nothing reserved', async (_name, wishes, code) => {
  const installation = await install([good], wishes as Parameters<typeof install>[1]);
  expect(await installation.ask()).toMatchObject({ kind: 'refused', code, tokens: 0 });
  expect(installation.server.requests()).toEqual([]);
  expect(await installation.budget.levels()).toEqual([]);
});

test('a run that nobody knows asks nothing', async () => {
  const installation = await install([good]);
  const answer = await installation.ask({ run: 'run-bbbbbbbbbbbbbbbbbbbb' });
  expect(answer).toMatchObject({ kind: 'refused', call: null, code: 'route-closed' });
});

test('Invariant 8, budget: a call whose worst case does not fit is never made', async () => {
  const installation = await install([good], {
    budget: { ...amplePurse, motion: { tokens: 400, microUsd: 100_000_000 } },
  });
  const answer = await installation.ask();
  expect(answer).toMatchObject({ kind: 'refused', code: 'budget-exhausted', tokens: 0 });
  expect(installation.server.requests()).toEqual([]);
  expect(installation.records.leaving).toEqual([]);
});

test('undo has its own part of the budget, which work cannot use', async () => {
  const run = { tokens: 3000, microUsd: 100_000_000 };
  const budget = { ...amplePurse, run, landingPercent: 60 };
  const working = await install([good], { budget });
  expect(await working.ask()).toMatchObject({ kind: 'refused', code: 'budget-exhausted' });
  const landing = await install([good], { budget, facts: { landing: true } });
  expect(await landing.ask({ purpose: 'diagnose' })).toMatchObject({ kind: 'answer' });
});

test('every level of the budget knows the call, and no more is booked than it cost', async () => {
  const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 0, reasoningTokens: 5 };
  const installation = await install([{ ...good, usage }]);
  const answer = await installation.ask();
  const levels = await installation.budget.levels();
  const date = new Date().toISOString().slice(0, 10);
  expect(levels.map(({ id }) => id)).toEqual([
    `agent/planner/${date}`,
    `day/${date}`,
    `motion/${RUN}/plan`,
    `run/${RUN}`,
    `team/platform/${date}`,
  ]);
  for (const { use } of levels)
    expect(use.work).toEqual({ spent: { tokens: 120, microUsd: 200 }, reserved: { tokens: 0, microUsd: 0 } });
  expect(answer).toMatchObject({ tokens: 120, microUsd: 200 });
});

test('the kill switch ends every call within a second', async () => {
  const installation = await install([{ kind: 'hang' }]);
  const asked = ['one', 'two', 'three'].map((text) => installation.ask({ parts: [{ label: 'goal', text }] }));
  await expect.poll(() => installation.server.requests().length).toBe(3);
  const began = performance.now();
  await installation.budget.stop('costs', 'ann');
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ kind: 'refused', code: 'stopped' });
  expect(performance.now() - began).toBeLessThan(1000);
  await expect.poll(() => installation.server.requests().map(({ state }) => state)).toEqual(['left', 'left', 'left']);
  expect(installation.records.ended.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'aborted']);
  expect(await installation.ask()).toMatchObject({ kind: 'refused', code: 'stopped' });
  await installation.budget.resume('ann', (await installation.budget.stopped())?.since ?? new Date());
  expect(await installation.budget.stopped()).toBeNull();
  expect(installation.server.requests()).toHaveLength(3);
});

test('a gateway that closes ends its calls first', async () => {
  const installation = await install([{ kind: 'hang' }]);
  const asked = installation.ask();
  await expect.poll(() => installation.server.requests().length).toBe(1);
  await installation.gateway.close();
  expect(await asked).toMatchObject({ kind: 'refused', code: 'stopped' });
});

test('an agent that asks the same for the third time while nothing changes is stopped', async () => {
  const installation = await install([{ kind: 'status', status: 400 }]);
  const request = await installation.request();
  const codes: string[] = [];
  for (let time = 0; time < 3; time += 1) {
    const answer = await installation.gateway.ask(request);
    codes.push(answer.kind === 'refused' ? answer.code : answer.kind);
  }
  expect(codes).toEqual(['provider-failed', 'provider-failed', 'runaway']);
  expect(installation.server.requests()).toHaveLength(2);
});

test('a heal that comes back for the third time gets no model any more', async () => {
  const course = { state: 'healing', plans: [], failures: ['port-in-use', 'port-in-use', 'port-in-use'] };
  const installation = await install([good], { facts: { course } });
  expect(await installation.ask({ purpose: 'diagnose' })).toMatchObject({ kind: 'refused', code: 'runaway' });
});

test('a redirect is followed nowhere', async () => {
  const elsewhere = await install([good]);
  const redirecting = createServer((_request, response) =>
    response.writeHead(307, { location: `${elsewhere.server.url}/v1/chat/completions` }).end(),
  ).listen(0, '127.0.0.1');
  await once(redirecting, 'listening');
  onTestFinished(() => void redirecting.close());
  const { port } = redirecting.address() as AddressInfo;
  const installation = await install([good], { model: { endpoint: `http://127.0.0.1:${port}/v1` } });
  expect(await installation.ask()).toMatchObject({ kind: 'refused', code: 'provider-failed' });
  expect(elsewhere.server.requests()).toEqual([]);
});

test('more output is never asked for than the trust policy allows', async () => {
  const installation = await install([good]);
  await installation.ask({ maxOutputTokens: 60_000 });
  expect(JSON.parse(installation.server.requests()[0]?.body.toString() ?? '{}')).toMatchObject({ max_tokens: 1000 });
  expectRecorded(installation);
});
