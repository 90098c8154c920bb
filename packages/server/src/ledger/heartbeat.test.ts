import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { digestOfBytes, envelopeBytes, type Envelope } from '@duovir/protocol';
import type { LedgerPort } from '@duovir/engine';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { runEntries } from '../api/run-entries.ts';
import { HandClock } from '../audit/hand-clock.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { readClockState } from './clock-state.ts';
import { Heartbeat } from './heartbeat.ts';
import { mark } from './marks.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const start = (): Promise<Envelope> => mark('log-start', server.api.trust.current().digest, server.api);
async function beatsSince(envelope: Envelope): Promise<number[]> {
  const subject = digestOfBytes(envelopeBytes(envelope));
  const beats = await runEntries(server.api.log, 'duovir', ['heartbeat']);
  return beats
    .filter(({ statement }) => statement.subject === subject)
    .map(({ statement }) => statement.predicate.number);
}
const clockState = (): 'unknown' => 'unknown';

test('signs of life follow the start of the log, numbered without a gap, and none comes after it was stopped', async () => {
  const started = await start();
  const heartbeat = new Heartbeat({ ...server.api, intervalSeconds: 1, clockState }, started);
  for (let beat = 0; beat < 3; beat += 1) await heartbeat.beat();
  expect(await beatsSince(started)).toEqual([1, 2, 3]);
  heartbeat.begin();
  while ((await beatsSince(started)).length < 4) await sleep(50);
  await heartbeat.stop();
  await mark('log-stop', server.api.trust.current().digest, server.api);
  await sleep(1200);
  const beats = await beatsSince(started);
  expect(beats).toEqual(beats.map((_, at) => at + 1));
  expect((await runEntries(server.api.log, 'duovir', ['heartbeat', 'log-stop'])).at(-1)?.statement.kind).toBe(
    'log-stop',
  );
});

test('a sign of life that did not get through comes late, under its own number, also when only the answer was lost', async () => {
  const started = await start();
  const real: LedgerPort = server.api.ledger;
  const losses: ('before' | 'after' | 'none')[] = ['none', 'before', 'before', 'after', 'none', 'none'];
  const ledger: LedgerPort = {
    append: async (entries) => {
      const loss = losses.shift();
      if (loss === 'before') throw new Error('away');
      const indexes = await real.append(entries);
      if (loss === 'after') throw new Error('the answer was lost');
      return indexes;
    },
    find: (key) => real.find(key),
    prove: (index) => real.prove(index),
    head: (run) => real.head(run),
  };
  const clock = new HandClock();
  const heartbeat = new Heartbeat({ ...server.api, ledger, clock, intervalSeconds: 60, clockState }, started);
  for (let beat = 0; beat < 6; beat += 1) {
    await heartbeat.beat().catch(() => undefined);
    clock.advance(60);
  }
  expect(await beatsSince(started)).toEqual([1, 2, 3]);
});

test('a ledger that shows no life is told of in the health', async () => {
  const clock = new HandClock();
  const heartbeat = new Heartbeat({ ...server.api, clock, intervalSeconds: 60, clockState }, await start());
  clock.advance(181);
  expect(() => heartbeat.assertBeating()).toThrow('no sign of life since 2026-03-01T10:00:00.000Z');
  await heartbeat.beat();
  expect(() => heartbeat.assertBeating()).not.toThrow();
});

test('the clock follows a source, does not, or nobody says', () => {
  const here = import.meta.filename;
  expect(readClockState({ synchronised: here, daemon: here })).toBe('synchronised');
  expect(readClockState({ synchronised: `${here}.none`, daemon: here })).toBe('unsynchronised');
  expect(readClockState({ synchronised: `${here}.none`, daemon: `${here}.none` })).toBe('unknown');
  expect(['synchronised', 'unsynchronised', 'unknown']).toContain(readClockState());
});
