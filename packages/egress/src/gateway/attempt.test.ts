import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, digestOfBytes, type Model } from '@duovir/protocol';
import type { BudgetLedger } from '../budget/budget-ledger.ts';
import { budgetDatabase, type TestDatabase } from '../budget/database.fixture.ts';
import { createPostgresBudget } from '../budget/postgres-budget.ts';
import { createGuard, type Guard } from '../guard/guard.ts';
import { PlaceholderVault } from '../placeholder/placeholder-vault.ts';
import { RegisteredValues } from '../registered/registered-values.ts';
import { Attempt } from './attempt.ts';
import type { Call } from './call.ts';
import type { Ended } from './ports.ts';

const URL_OF_MODEL = 'https://api.example/v1/messages';
const KEY = ['never', 'shown', 'to', 'anybody'].join('-');
const BODY = '{"messages":[{"content":"hello"}]}';
const spacious = { tokens: 10_000, microUsd: 10_000 };
let database: TestDatabase;
let budget: BudgetLedger;
let guard: Guard;
let calls = 0;

beforeAll(async () => {
  database = await budgetDatabase();
  budget = createPostgresBudget({ database, connectionString: database.connectionString, now: () => new Date() });
  guard = createGuard({ deadlineMs: 2000, internalDomains: [] });
});
afterAll(async () => {
  await Promise.all([guard.close(), budget.close()]);
  await database.close();
});

interface Trial {
  readonly attempt: Attempt;
  readonly fetch: typeof globalThis.fetch;
  /** What happened, in its order. */
  readonly history: string[];
  readonly ended: Ended[];
  readonly aborter: AbortController;
}

function trial(
  wishes: { readonly leaving?: () => void; readonly status?: number; readonly says?: string } = {},
): Trial {
  calls += 1;
  const aborter = new AbortController();
  const history: string[] = [];
  const ended: Ended[] = [];
  const registered = new RegisteredValues();
  registered.register('key', KEY);
  const call: Call = {
    id: `call-${String(calls).padStart(26, 'a')}`,
    facts: {
      run: 'run-aaaaaaaaaaaaaaaaaaaa',
      dataClass: 'internal',
      team: 'platform',
      open: true,
      landing: false,
      course: { state: 'planning', plans: [], failures: [] },
    },
    principal: 'planner',
    purpose: 'plan',
    question: digestOf('question'),
    model: { alias: 'thinker', provider: 'anthropic' } as Model,
    price: [{ above: 0, input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0 }],
    levels: [{ id: `run/${calls}`, cap: spacious, landing: { tokens: 0, microUsd: 0 } }],
    sensitive: {
      registered,
      vault: new PlaceholderVault(new Uint8Array(32)),
      schema: new Map(),
      store: async () => undefined,
    },
    prompt: { system: '', text: '', answer: { name: 'plan', schema: {} }, maxOutputTokens: 100 },
    redactions: {},
    signal: aborter.signal,
  };
  const attempt = new Attempt({
    call,
    number: 1,
    onReserved: () => history.push('reserved'),
    ports: {
      budget,
      guard,
      fault: (error) => history.push(`fault ${String(error)}`),
      fetch: async (_url, init) => {
        history.push(`sent ${digestOfBytes(init?.body as Uint8Array)}`);
        return new Response(wishes.says ?? '{}', { status: wishes.status ?? 200 });
      },
      records: {
        asked: async () => undefined,
        leaving: async ({ body }) => {
          history.push(`recorded ${digestOfBytes(body)}`);
          wishes.leaving?.();
        },
        ended: async (end) => void ended.push(end),
        answerTo: async () => undefined,
        keep: async () => undefined,
      },
    },
  });
  return { attempt, fetch: attempt.fetchFrom(() => [URL_OF_MODEL]), history, ended, aborter };
}

const post = { method: 'POST', body: BODY };
const usage = { input: 20, cacheRead: 0, cacheWrite: 0, output: 5, reasoning: 0 };

test('the worst case is reserved, then the bytes are recorded, then exactly they are sent', async () => {
  const { attempt, fetch, history, ended } = trial();
  expect(await (await fetch(URL_OF_MODEL, post)).text()).toBe('{}');
  const digest = digestOfBytes(Buffer.from(BODY));
  expect(history).toEqual(['reserved', `recorded ${digest}`, `sent ${digest}`]);
  expect(await attempt.end('answered', usage)).toEqual({ tokens: 25, microUsd: 25 });
  expect(ended).toMatchObject([{ body: digest, status: 200, outcome: 'answered', spent: { tokens: 25 } }]);
  expect(Buffer.from(ended[0]?.received ?? []).toString()).toBe('{}');
});

test('a try is good for one request', async () => {
  const { fetch, history } = trial();
  await fetch(URL_OF_MODEL, post);
  await expect(fetch(URL_OF_MODEL, post)).rejects.toMatchObject({ code: 'request-unexpected' });
  expect(history.filter((each) => each.startsWith('sent'))).toHaveLength(1);
});

test.each([
  ['another address', 'https://elsewhere.example/v1/messages', post],
  ['a form', URL_OF_MODEL, { method: 'POST', body: new FormData() }],
  ['no JSON', URL_OF_MODEL, { method: 'POST', body: 'hello' }],
  ['a key that stands twice', URL_OF_MODEL, { method: 'POST', body: '{"a":"hidden","a":"shown"}' }],
  ['white space that a parser skips', URL_OF_MODEL, { method: 'POST', body: '{ "a": 1 }' }],
  ['bytes that are no text', URL_OF_MODEL, { method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]) }],
] satisfies [string, string, RequestInit][])('%s: nothing is reserved, recorded or sent', async (_name, url, init) => {
  const { attempt, fetch, history, ended } = trial();
  await expect(fetch(url, init)).rejects.toThrow();
  expect(attempt.refusal).toBeInstanceOf(Error);
  expect(await attempt.end('failed', undefined)).toEqual({ tokens: 0, microUsd: 0 });
  expect([history, ended]).toEqual([[], []]);
});

test('a stop while the record is written keeps the bytes here, and the record says so', async () => {
  const { attempt, fetch, history, ended, aborter } = trial({ leaving: () => aborter.abort(new Error('stopped')) });
  await expect(fetch(URL_OF_MODEL, post)).rejects.toThrow('stopped');
  expect(history.some((each) => each.startsWith('sent'))).toBe(false);
  expect(await attempt.end('aborted', undefined)).toEqual({ tokens: 0, microUsd: 0 });
  expect(ended).toMatchObject([{ outcome: 'aborted', status: null, received: null, spent: { tokens: 0 } }]);
});

test.each([
  ['a status of 4xx costs nothing', 429, undefined, 0],
  ['a request that timed out before the model costs everything', 408, undefined, Buffer.byteLength(BODY) + 100],
  ['so does one that somebody between gave up on', 499, undefined, Buffer.byteLength(BODY) + 100],
  ['a status of 5xx costs everything', 500, undefined, Buffer.byteLength(BODY) + 100],
  ['an answer without usage costs everything', 200, undefined, Buffer.byteLength(BODY) + 100],
  ['an answer costs what it used', 200, usage, 25],
])('%s', async (_name, status, used, tokens) => {
  const { attempt, fetch } = trial({ status });
  await fetch(URL_OF_MODEL, post);
  expect((await attempt.end(status === 200 ? 'answered' : 'failed', used)).tokens).toBe(tokens);
});

test('an answer that repeats a registered value is not kept for anybody to read', async () => {
  const { attempt, fetch, ended } = trial({ status: 401, says: `{"error":"no such key: ${KEY}"}` });
  await (await fetch(URL_OF_MODEL, post)).text();
  await attempt.end('failed', undefined);
  expect(ended).toMatchObject([{ status: 401, received: null }]);
});

test('more than the worst case is booked as the worst case, and people hear of it', async () => {
  const { attempt, fetch, history } = trial();
  await fetch(URL_OF_MODEL, post);
  const bound = Buffer.byteLength(BODY) + 100;
  expect(await attempt.end('answered', { ...usage, output: 9_000 })).toEqual({ tokens: bound, microUsd: bound });
  expect(history.at(-1)).toContain('more than the worst case');
});
