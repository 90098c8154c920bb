import { expect, test } from 'vitest';
import type { RunEvent } from '@duovir/protocol';
import { eventOf } from './event.fixture.ts';
import { StoryBook } from './story-book.ts';

const step = { step: 'node-1', purpose: 'apply', attempt: 1 } as const;
const permit = eventOf(
  'permit-mint',
  { ...step, permit: 'permit-1', expiresAt: '2026-01-01T12:15:00.000Z', entry: 10 },
  2,
);
const start = eventOf('step-start', { ...step, title: 'Start redis-1', action: 'service.start@1' }, 3);
const log = (text: string, seq: number): RunEvent =>
  eventOf('step-log', { step: 'node-1', attempt: 1, stream: 'stdout', text }, seq);
const end = (outcome: 'succeeded' | 'failed', stderr = ''): RunEvent =>
  eventOf(
    'step-end',
    { ...step, outcome, cause: 'exit', exit: outcome === 'failed' ? 1 : 0, stderr, milliseconds: 195, entry: 11 },
    50,
  );
const attested = eventOf(
  'attestation-make',
  { about: 'step', step: 'node-1', outcome: 'succeeded', probes: [], differences: [], entry: 12 },
  51,
);

function bookOf(...events: readonly RunEvent[]): StoryBook {
  const book = new StoryBook();
  book.add(eventOf('stage-start', { stage: 'execute' }));
  for (const event of events) book.add(event);
  return book;
}

test('all that happened to a step is one item, with its place in the ledger', () => {
  expect(bookOf(permit, start, log('ready', 4), end('succeeded'), attested).read()).toEqual([
    {
      seq: 1,
      stage: 'execute',
      items: [
        {
          seq: 3,
          time: start.time,
          text: 'Start redis-1',
          tone: 'good',
          note: '195 ms, attested',
          details: [],
          entries: [10, 11, 12],
        },
      ],
    },
  ]);
});

test('a running step shows the end of what it writes, and a failed one keeps it', () => {
  const logs = Array.from({ length: 40 }, (_, at) => log(`line ${at}\n`, at + 4));
  const running = bookOf(start, ...logs).read()[0]?.items[0];
  expect(running).toMatchObject({
    tone: 'running',
    details: ['line 34', 'line 35', 'line 36', 'line 37', 'line 38', 'line 39'],
  });
  const failed = bookOf(start, ...logs, end('failed')).read()[0]?.items[0];
  expect(failed).toMatchObject({
    tone: 'bad',
    note: 'ended with an error, exit 1 after 195 ms',
    details: running?.details,
  });
  expect(bookOf(start, ...logs, end('failed', 'a\nb\n')).read()[0]?.items[0]?.details).toEqual(['a', 'b']);
});

test('a step that is begun again after a crash is told once', () => {
  expect(bookOf(permit, start, { ...start, seq: 9 }, end('succeeded')).read()[0]?.items).toHaveLength(1);
});

test('a stage that is begun again after a crash goes on in its chapter', () => {
  expect(bookOf(start, eventOf('stage-start', { stage: 'execute' }, 9), end('succeeded')).read()).toHaveLength(1);
});

test('a call to a model is one item: who asks, how far it is, and what it cost', () => {
  const call = { call: `call-${'a'.repeat(26)}`, principal: 'planner' };
  const asked = eventOf(
    'model-start',
    { ...call, purpose: 'plan', model: 'claude', reserved: { tokens: 9000, microUsd: 120_000 }, redactions: 3 },
    3,
  );
  const writing = eventOf('model-progress', { ...call, tokens: 412 }, 4);
  const again = eventOf('model-retry', { ...call, try: 2, reason: 'status 429' }, 5);
  const answered = eventOf(
    'model-end',
    { ...call, outcome: 'answered', explanation: '', tokens: 4120, microUsd: 18_300, milliseconds: 2100, entry: 9 },
    6,
  );
  expect(bookOf(asked, writing).read()[0]?.items).toMatchObject([
    { text: 'planner asks claude', tone: 'running', note: 'writing, 412 tokens' },
  ]);
  expect(bookOf(asked, writing, again, answered).read()[0]?.items).toMatchObject([
    {
      text: 'planner asks claude',
      tone: 'good',
      note: '4,120 tokens, 0.02 USD, 2.1 s',
      details: ['At most 0.12 USD; 3 values are hidden from it', 'Try 2: status 429'],
      entries: [9],
    },
  ]);
  expect(bookOf(writing, answered).read()[0]?.items).toMatchObject([{ text: 'planner asks its model', tone: 'good' }]);
});

test('what was read stays the same object until it changes', () => {
  const book = bookOf(start, end('succeeded'));
  book.add(eventOf('stage-start', { stage: 'settle' }, 60));
  const before = book.read();
  expect(book.read()).toBe(before);
  book.add(eventOf('cancel-request', { person: 'ann', entry: null }, 61));
  const after = book.read();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('what commands write cannot disguise itself', () => {
  expect(bookOf(start, log('\u001b[2Kok \u202edaer', 4)).read()[0]?.items[0]?.details).toEqual([
    String.raw`ok \u{202e}daer`,
  ]);
});

test('a long story is read in one go', () => {
  const book = bookOf(start);
  for (let seq = 4; seq < 200_000; seq += 1) book.add(log(`line ${seq}`, seq));
  expect(book.read()[0]?.items).toHaveLength(1);
});
