import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { LedgerPort } from '@duovir/engine';
import type { Statement } from '@duovir/protocol';
import { startApi, type Person, type TestApi } from '../api/api.fixture.ts';
import { endpointsOf } from '../api/app.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { AuditReads, MOST_RUNS, WINDOW_SECONDS, type Reading } from './audit-reads.ts';
import { auditedAt } from './audited-path.ts';
import { entriesOfKind } from './entries-of-kind.fixture.ts';
import { HandClock } from './hand-clock.fixture.ts';

let server: TestApi;
let before: number;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());
beforeEach(async () => {
  before = (await entriesOfKind(server.api.log, 'audit-read')).length;
});
const readings = async (): Promise<Statement<'audit-read'>[]> =>
  (await entriesOfKind(server.api.log, 'audit-read')).slice(before);

const reading = (changes: Partial<Reading> = {}): Reading => ({
  person: 'ann',
  what: 'egress',
  run: null,
  origin: 'loopback',
  ...changes,
});
const runId = (number: number): string =>
  `run-${String(number)
    .padStart(20, 'a')
    .replaceAll(/\d/g, (digit) => 'bcdefghijk'[Number(digit)] ?? '')}`;

async function newRun(as: Person): Promise<string> {
  const answer = await server.ask('/v1/runs', {
    as,
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  return ((await answer.json()) as { id: string }).id;
}

test('everything that shows the record is known as such, and nothing else', () => {
  const shown = endpointsOf(server.api)
    .filter(({ path, access }) => auditedAt(path) !== undefined && access !== 'public')
    .map(({ method, path }) => `${method} ${path}`);
  for (const known of ['entries', 'entries/{index}', 'proof/{index}', 'checkpoint', 'tile/{tile}'])
    expect(shown).toContain(`get /v1/ledger/${known}`);
  for (const known of ['/v1/ledger', '/v1/egress', '/v1/egress/{call}', '/v1/why'])
    expect(shown).toContain(`get ${known}`);
  expect(['/v1/health', '/v1/runs', '/v1/egresses', '/v1/session'].map(auditedAt)).toEqual(Array(4).fill(undefined));
});

test('whoever reads the ledger is in what he reads', async () => {
  const answer = await server.ask('/v1/ledger/entries?limit=100', { as: 'cara' });
  const text = await answer.text();
  expect(text).toContain('"kind":"audit-read"');
  expect(await readings()).toMatchObject([
    {
      run: 'duovir',
      subject: server.api.trust.current().digest,
      predicate: { person: 'cara', what: 'ledger', run: null, origin: 'loopback', withinSeconds: WINDOW_SECONDS },
    },
  ]);
});

test('many requests at once make one entry', async () => {
  const paths = ['', '/checkpoint', '/entries', '/entries/0', '/proof/0', '/tile/0/000.p/1', '/tile/9/000'];
  await Promise.all(Array.from({ length: 70 }, (_, at) => server.ask(`/v1/ledger${paths[at % 7]}`, { as: 'bob' })));
  expect((await readings()).map(({ predicate }) => predicate.person)).toEqual(['bob']);
});

test('a run is named only to whom it may be named', async () => {
  const run = await newRun('ann');
  await server.ask(`/v1/egress?run=${run}`, { as: 'ann' });
  await server.ask(`/v1/egress?run=${run}`, { as: 'dan' });
  await server.ask(`/v1/egress?run=${runId(1)}`, { as: 'bob' });
  expect((await readings()).map(({ predicate: { person, run: named } }) => [person, named])).toEqual([
    ['ann', run],
    ['dan', null],
    ['bob', null],
  ]);
});

test('after five minutes a reading is on record again', async () => {
  const clock = new HandClock();
  const reads = new AuditReads({ ...server.api, clock });
  await reads.before(reading());
  clock.advance(WINDOW_SECONDS - 1);
  await reads.before(reading());
  expect(await readings()).toHaveLength(1);
  clock.advance(1);
  await reads.before(reading());
  expect(await readings()).toHaveLength(2);
  // A new server has no memory of the old one's windows.
  await new AuditReads({ ...server.api, clock }).before(reading());
  expect(await readings()).toHaveLength(3);
});

test('nobody fills the ledger by reading it: who reads of many runs has read of all', async () => {
  const reads = new AuditReads({ ...server.api, clock: new HandClock() });
  for (let round = 0; round < 3; round += 1)
    await Promise.all(Array.from({ length: 500 }, (_, at) => reads.before(reading({ run: runId(at) }))));
  const stated = (await readings()).map(({ predicate }) => predicate.run);
  expect(stated).toHaveLength(MOST_RUNS + 1);
  expect(new Set(stated).size).toBe(MOST_RUNS + 1);
  expect(stated).toContain(null);
});

test('Invariant 9: without a ledger nothing of the record is shown, and when it is back the reading is on record', async () => {
  let isAway = true;
  const real: LedgerPort = server.api.ledger;
  const back: (() => void)[] = [];
  const ledger: LedgerPort = {
    append: async (entries) => {
      if (isAway) await new Promise<void>((resume) => back.push(resume));
      return real.append(entries);
    },
    find: (key) => real.find(key),
    prove: (index) => real.prove(index),
    head: (run) => real.head(run),
  };
  const reads = new AuditReads({ ...server.api, ledger, clock: new HandClock() }, { patienceMs: 50 });
  await expect(reads.before(reading())).rejects.toMatchObject({ code: 'ledger-unavailable', consequence: 'retry' });
  isAway = false;
  for (const resume of back) resume();
  await reads.before(reading());
  expect(await readings()).toHaveLength(1);
});

test('a reading that could not be stated is stated by the next reader', async () => {
  let isBroken = true;
  const real: LedgerPort = server.api.ledger;
  const ledger = new Proxy(real, {
    get: (target, name) =>
      name === 'append' && isBroken
        ? () => Promise.reject(new Error('broken'))
        : Reflect.get(target, name).bind(target),
  });
  const reads = new AuditReads({ ...server.api, ledger, clock: new HandClock() });
  await expect(reads.before(reading())).rejects.toThrow('broken');
  isBroken = false;
  await reads.before(reading());
  expect(await readings()).toHaveLength(1);
});
