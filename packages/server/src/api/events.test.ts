import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runViewSchema } from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

async function newRun(): Promise<string> {
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  return runViewSchema.parse(await answer.json()).id;
}

/** A reader of an event stream on a socket of its own, which keeps the numbers it was sent. */
class Reader {
  readonly numbers: number[] = [];
  #answer: IncomingMessage | undefined;

  static async open(path: string, after?: number): Promise<Reader> {
    const reader = new Reader();
    const headers = {
      authorization: `Bearer ${server.token('ann')}`,
      ...(after === undefined ? {} : { 'last-event-id': String(after) }),
    };
    reader.#answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(server.url + path, { headers, agent: false }, resolve)
        .once('error', reject)
        .end();
    });
    let rest = '';
    reader.#answer.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const number = /^id: (\d+)$/m.exec(part)?.[1];
        if (number !== undefined) reader.numbers.push(Number(number));
      }
    });
    reader.#answer.on('error', () => undefined);
    return reader;
  }

  get isClosed(): boolean {
    return this.#answer?.closed ?? true;
  }

  pause(): void {
    this.#answer?.pause();
  }

  resume(): void {
    this.#answer?.resume();
  }

  close(): void {
    this.#answer?.destroy();
  }

  async until(number: number): Promise<void> {
    const deadline = Date.now() + 20_000;
    while ((this.numbers.at(-1) ?? 0) < number && Date.now() < deadline) await sleep(5);
  }
}

async function publish(run: string, key: string, reason = ''): Promise<number> {
  const event = await server.api.events.publish(run, key, { type: 'step-skip', body: { step: 'a', reason } });
  return event.seq;
}

test('readers that come and go while events are written miss none and get none twice', async () => {
  const plan = fc.record({
    before: fc.integer({ min: 0, max: 40 }),
    breaks: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 }),
    after: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ before, breaks, after }) => {
      const run = await newRun();
      const other = await newRun();
      const written: number[] = [];
      for (let index = 0; index < before; index += 1) written.push(await publish(run, `before-${index}`));
      const received: number[] = [];
      let isWriting = true;
      const writer = (async () => {
        for (let index = 0; index < after * breaks.length; index += 1) {
          void publish(other, `noise-${index}`);
          written.push(await publish(run, `after-${index}`));
        }
        isWriting = false;
      })();
      for (const pause of breaks) {
        const reader = await Reader.open(`/v1/runs/${run}/events`, received.at(-1));
        await sleep(pause);
        reader.close();
        received.push(...reader.numbers);
        if (!isWriting) break;
      }
      await writer;
      const last = await Reader.open(`/v1/runs/${run}/events`, received.at(-1));
      written.push(await publish(run, 'end'));
      await last.until(written.at(-1) ?? 0);
      last.close();
      received.push(...last.numbers);
      expect(received).toEqual(written);
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

test('what is older than memory comes out of the store, in pages, and then joins what is live', async () => {
  const run = await newRun();
  const numbers = await Promise.all(
    Array.from({ length: 6000 }, (_, index) => publish(run, `many-${index}`, 'x'.repeat(50))),
  );
  const reader = await Reader.open(`/v1/runs/${run}/events`);
  const live = Array.from({ length: 200 }, (_, index) => publish(run, `live-${index}`));
  numbers.push(...(await Promise.all(live)));
  await reader.until(Math.max(...numbers));
  reader.close();
  expect(reader.numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test('the stream of all runs begins now, or after the event that is named', async () => {
  const run = await newRun();
  const first = await publish(run, 'one');
  const now = await Reader.open('/v1/events');
  const second = await publish(run, 'two');
  const since = await Reader.open(`/v1/events?after=${first - 1}`);
  await Promise.all([now.until(second), since.until(second)]);
  now.close();
  since.close();
  expect(now.numbers).toEqual([second]);
  expect(since.numbers).toEqual([first, second]);
});

test('a reader that does not read is cut off, and others go on', async () => {
  const run = await newRun();
  const slow = await Reader.open(`/v1/runs/${run}/events`);
  const quick = await Reader.open(`/v1/runs/${run}/events`);
  slow.pause();
  let last = 0;
  for (let index = 0; index < 400; index += 1) last = await publish(run, `big-${index}`, 'y'.repeat(40_000));
  await quick.until(last);
  expect(quick.numbers).toHaveLength(400);
  slow.resume();
  const deadline = Date.now() + 10_000;
  while (!slow.isClosed && Date.now() < deadline) await sleep(10);
  expect(slow.isClosed).toBe(true);
  expect(slow.numbers.length).toBeLessThan(400);
  const back = await Reader.open(`/v1/runs/${run}/events`, slow.numbers.at(-1));
  await back.until(last);
  back.close();
  quick.close();
  expect([...slow.numbers, ...back.numbers]).toEqual(quick.numbers);
});

test('the same event published again keeps its number and is not sent again', async () => {
  const run = await newRun();
  const reader = await Reader.open(`/v1/runs/${run}/events`);
  const first = await publish(run, 'same');
  expect(await publish(run, 'same')).toBe(first);
  const next = await publish(run, 'next');
  await reader.until(next);
  reader.close();
  expect(reader.numbers).toEqual([first, next]);
});

test('lines of an execution that is joined after a crash are numbered on', async () => {
  const run = await newRun();
  const line = (text: string): void => server.api.events.log(run, { step: 'a', attempt: 1, stream: 'stderr', text });
  await server.api.events.beginLog(run, 'permit-1');
  line('one');
  line('two\u001b[2J');
  await server.api.events.beginLog(run, 'permit-1');
  line('three');
  await publish(run, 'end');
  const answer = await server.ask(`/v1/runs/${run}/logs?limit=2`);
  const page = (await answer.json()) as { items: { text: string }[]; cursor: string };
  expect(page.items.map(({ text }) => text)).toEqual(['one', 'two\uFFFD[2J']);
  const rest = await (await server.ask(`/v1/runs/${run}/logs?limit=2&cursor=${page.cursor}`)).json();
  expect(rest).toMatchObject({ items: [{ text: 'three' }], cursor: null });
});
