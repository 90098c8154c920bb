import { join } from 'node:path';
import type { Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.fixture.ts';
import { Organisation, TIME } from '../organisation.fixture.ts';
import { keepCase } from '../verifier-case.fixture.ts';
import { buildPack } from './build-pack.ts';
import { everything, openedRun, sourceOf, stateAgain } from './pack.fixture.ts';
import { verifyPack } from './verify-pack.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');

function minute(minutes: number): string {
  return new Date(Date.parse(TIME) + minutes * 60_000).toISOString();
}

/** A run, which happens in minute 0, and then words of a server in these minutes. */
async function logOf(minutes: readonly number[]): Promise<Envelope[]> {
  const { entries } = await openedRun(acme);
  const read = { person: 'vera', what: 'ledger', run: null, origin: 'network', withinSeconds: 300 } as const;
  const said = minutes.map((at) =>
    acme.say('server', 'audit-read', acme.policyDigest, read, { run: 'duovir', time: minute(at) }),
  );
  return [...entries, ...(await Promise.all(said))];
}

interface Case {
  /** Of the log that is here. */
  readonly minutes: readonly number[];
  /** Of what was appended after it, before the export. */
  readonly later?: readonly number[];
  readonly first?: number;
  readonly from?: number;
  readonly to?: number;
  readonly stated: number;
}

/** Of a pack that its maker has not verified: he has the keys of server, log and witness. Everything but the tables is made anew. */
async function rulesOf({ minutes, later = [], first = 0, from, to, stated }: Case): Promise<string[]> {
  const here = await logOf(minutes);
  const folder = join(temporaryFolder(), 'pack');
  // A builder that is honest lets nobody leave out the beginning.
  await buildPack(
    await sourceOf(acme, here, [], first),
    { ...everything, from: first === 0 ? null : minute(1e6) },
    folder,
  );
  const period = { from: from === undefined ? null : minute(from), to: to === undefined ? null : minute(to) };
  const entries = [...here, ...(await logOf(later)).slice((await logOf([])).length)];
  await stateAgain(acme, { folder, entries }, period, minute(stated));
  const { findings, remarks } = await verifyPack(folder, { officer });
  const found = findings.filter(({ rule }) => rule !== 'report');
  keepCase(folder, { ok: found.length === 0, size: here.length, first, isAnchored: true, findings: found, remarks });
  return [
    ...found.map(({ rule }) => rule),
    ...remarks.filter(({ rule }) => rule === 'period').map(({ rule }) => `to be known: ${rule}`),
  ];
}

const quiet = (count: number, at: number): number[] => Array.from({ length: count }, () => at);

test.each<[string, Case, string[]]>([
  ['all there is', { minutes: [1], stated: 1 }, []],
  ['what is said to begin with the log, and does not', { minutes: quiet(300, 30), first: 256, stated: 31 }, ['period']],
  ['what begins within the period', { minutes: quiet(300, 30), first: 256, from: 20, stated: 31 }, ['period']],
  ['what begins with the period', { minutes: quiet(300, 30), first: 256, from: 30, stated: 31 }, ['period']],
  ['what begins before the period', { minutes: quiet(300, 30), first: 256, from: 31, stated: 32 }, []],
  ['an end that was left out', { minutes: [60], later: [70], to: 90, stated: 300 }, ['period']],
  ['an end in which nothing happened', { minutes: [60], to: 90, stated: 300 }, []],
  ['an end that late words may still miss', { minutes: [104], later: [200], to: 90, stated: 300 }, ['period']],
  ['all of an end', { minutes: [105], later: [200], to: 90, stated: 300 }, []],
  ['an open end, made in time', { minutes: [60], later: [61], stated: 120 }, []],
  ['an open end that was left out', { minutes: [60], later: [61], stated: 121 }, ['period']],
  ['a period that has not begun', { minutes: [60], from: 90, stated: 61 }, ['to be known: period']],
  ['a period that goes on', { minutes: [60], later: [61], to: 90, stated: 100 }, ['to be known: period']],
  ['a period that is just over', { minutes: [104], to: 90, stated: 105 }, []],
  ['one whose last hour may be missing', { minutes: [80], later: [81], to: 90, stated: 119 }, ['to be known: period']],
  ['one whose end is there for long', { minutes: [105], later: [106], to: 90, stated: 165 }, []],
])('%s', async (_, given, rules) => {
  expect(await rulesOf(given)).toEqual(rules);
});

test('nobody is handed a pack whose beginning or end is missing', async () => {
  const folder = join(temporaryFolder(), 'pack');
  const from = minute(20);
  const late = await sourceOf(acme, await logOf(quiet(300, 30)), [], 256);
  await expect(buildPack(late, { ...everything, from }, folder)).rejects.toMatchObject({ code: 'evidence-refused' });
  await expect(verifyPack(folder)).rejects.toThrow();
});
