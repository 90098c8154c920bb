import { expect, test } from 'vitest';
import { digestOfBytes, type EntryKind, type Predicate, type Statement } from '@duovir/protocol';
import { openKeyRing } from '../keys-file.ts';
import { LogDirectory } from '../log-directory.ts';
import { Organisation, TIME } from '../organisation.fixture.ts';
import type { PackedEntry } from './packed-entry.ts';
import type { PackedLog } from './packed-log.ts';
import { Tables, type Summary } from './tables.ts';
import { hashingSink } from './text-sink.ts';

const acme = new Organisation();
const SUBJECT = digestOfBytes('subject');

function said<Kind extends EntryKind>(
  index: number,
  kind: Kind,
  predicate: Predicate<Kind>,
  { time = TIME, principal = 'server' } = {},
): PackedEntry {
  const statement: Statement = { kind, run: 'duovir', time, subject: SUBJECT, predicate };
  return { index, digest: SUBJECT, principal, role: 'server', statement, trustPolicy: undefined, isInPeriod: true };
}

/** The tables that these entries make, by path, and what is counted. */
async function tablesOf(
  ...entries: readonly PackedEntry[]
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly summary: Summary }> {
  const { officer, trustPolicies } = await acme.published();
  const log: PackedLog = {
    directory: new LogDirectory('/nowhere'),
    organisation: 'Acme',
    origin: acme.log.name,
    size: entries.length,
    first: 0,
    from: null,
    to: null,
    root: Buffer.alloc(32).toString('base64'),
    keys: openKeyRing(trustPolicies, officer),
    checkpoints: [],
    anchors: [],
  };
  const files = new Map<string, string>();
  const tables = new Tables(log, 'all', (path) =>
    hashingSink(path, (bytes) => files.set(path, (files.get(path) ?? '') + bytes.toString())),
  );
  for (const entry of entries) tables.read(entry);
  return { files, summary: tables.end().summary };
}

const rows = (table: string | undefined): string[] => (table ?? '').trimEnd().split('\n').slice(1);

test('a cell that begins like a formula is text to a spreadsheet', async () => {
  // No schema lets such a name into a ledger; a table must not depend on that.
  const read = {
    person: '=HYPERLINK("http://x")',
    what: 'ledger',
    run: null,
    origin: 'socket',
    withinSeconds: 300,
  } as const;
  const { files } = await tablesOf(said(0, 'audit-read', read), said(1, 'audit-read', { ...read, person: '@SUM(1)' }));
  for (const row of rows(files.get('reports/access.csv'))) expect(row).toMatch(/,"?'[=@]/);
});

test('a start without a stop before it is a crash, and a heart that beats late has a gap', async () => {
  const start = { trustPolicy: acme.policyDigest };
  const beat = (number: number): Predicate<'heartbeat'> => ({ number, intervalSeconds: 60, clock: 'unsynchronised' });
  const { files } = await tablesOf(
    said(0, 'log-start', start, { time: '2026-05-04T00:00:00.000Z' }),
    said(1, 'heartbeat', beat(1), { time: '2026-05-04T00:01:00.000Z' }),
    said(2, 'heartbeat', beat(2), { time: '2026-05-04T00:06:00.000Z' }),
    said(3, 'log-start', start, { time: '2026-05-04T00:07:00.000Z' }),
    said(4, 'log-stop', {}, { time: '2026-05-04T00:08:00.000Z' }),
    said(5, 'log-start', start, { time: '2026-05-04T00:09:00.000Z' }),
  );
  expect(rows(files.get('reports/failures.csv'))).toEqual([
    '2,2026-05-04T00:06:00.000Z,,server,heartbeat-gap,300 seconds,1',
    '3,2026-05-04T00:07:00.000Z,,server,crash,log-start without a log-stop before it,0',
  ]);
  expect(rows(files.get('reports/time.csv'))[1]).toContain(',heartbeat,unsynchronised,300,');
});

test('a sample is drawn by the root: the same for everybody, and not by who made the pack', async () => {
  const read = { person: 'vera', what: 'ledger', run: null, origin: 'socket', withinSeconds: 300 } as const;
  const entries = Array.from({ length: 400 }, (_, index) => said(index, 'audit-read', read));
  const [one, two] = [await tablesOf(...entries), await tablesOf(...entries)];
  const reviews = one.summary.tables.find(({ report }) => report.name === 'reviews');
  expect(reviews).toMatchObject({ population: 400, newest: TIME });
  expect(reviews?.sample).toHaveLength(25);
  expect(new Set(reviews?.sample).size).toBe(25);
  expect(two.summary.tables.map(({ sample }) => sample)).toEqual(one.summary.tables.map(({ sample }) => sample));
  const mapping = JSON.parse(one.files.get('mapping/pci-dss-4.0.1.json') ?? '') as {
    requirements: { requirement: string; population: number }[];
  };
  expect(mapping.requirements.find(({ requirement }) => requirement === '10.2.1.3')?.population).toBe(400);
});

test('every refusal has the fields of PCI DSS 10.2.2', async () => {
  const refusal = { person: null, action: 'audit', reason: 'unauthenticated', attempts: 3, origin: 'network' } as const;
  const { files } = await tablesOf(said(0, 'access-refusal', refusal));
  expect(rows(files.get('reports/events-10.2.csv'))).toEqual([
    `0,10.2.1.4,unknown,access-refusal,${TIME},failure,network,audit`,
  ]);
});
