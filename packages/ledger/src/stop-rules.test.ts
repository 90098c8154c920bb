import { envelopeDigest, type Envelope } from '@duovir/protocol';
import { beforeAll, expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation, type Name } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { salted, soundRun, Story } from './story.fixture.ts';

const acme = new Organisation();
const rulesOf = (entries: ReadonlyMap<string, Envelope>) => brokenRules(acme, entries.values());
const log = { run: 'duovir' };
let story: ReadonlyMap<string, Envelope>;
beforeAll(async () => {
  story = await soundRun(acme);
});

const stopping = (by: Name, person = 'ana') =>
  acme.say(by, 'stop', acme.policyDigest, { person, commitment: salted('reason') }, log);
const lifting = (stop: Envelope, by: Name, person: string = by) =>
  acme.say(by, 'stop-lift', envelopeDigest(stop), { person }, log);

test.each<[string, Name]>([
  ['a person', 'ana'],
  ['the server, for a person', 'server'],
])('what %s has stopped goes on when another person has lifted it', async (_, by) => {
  const stop = await stopping(by);
  const lift = await lifting(stop, 'boris');
  expect(await rulesOf(rearranged(story, { before: 'permit', put: { stop, lift } }))).toEqual([]);
  expect(await rulesOf(rearranged(story, { before: 'receipt', put: { stop } }))).toEqual([]);
});

test('a permit given while everything is stopped is found', async () => {
  const stop = await stopping('ana');
  expect(await rulesOf(rearranged(story, { before: 'permit', put: { stop } }))).toEqual(['stop-permit']);
  const late = rearranged(story, { put: { lift: await lifting(stop, 'boris') } });
  expect(await rulesOf(rearranged(late, { before: 'permit', put: { stop } }))).toEqual(['stop-permit']);
});

test('a permit that crossed the stop on its way and was refused is no fault', async () => {
  const stop = await stopping('ana');
  const refused = rearranged(story, { without: ['receipt'], before: 'permit', put: { stop } });
  expect(await rulesOf(refused)).toEqual([]);
  const later = new Story(acme);
  for (const [name, envelope] of refused) later.entries.set(name, envelope);
  await later.permit({ issuedAt: '2026-05-04T03:02:31.000Z' });
  expect(await rulesOf(later.entries)).toEqual(['stop-permit']);
});

test.each<[string, Name, string]>([
  ['who has stopped', 'ana', 'ana'],
  ['somebody in the name of another', 'boris', 'vera'],
])('a stop that %s lifts goes on', async (_, by, person) => {
  const stop = await stopping('ana');
  const lift = await lifting(stop, by, person);
  expect(await rulesOf(rearranged(story, { before: 'permit', put: { stop, lift } }))).toEqual([
    'stop-lift',
    'stop-permit',
  ]);
});

test('the server cannot lift a stop, and nobody stops for somebody else', async () => {
  const stop = await stopping('ana');
  const byServer = await lifting(stop, 'server', 'boris');
  expect(await rulesOf(rearranged(story, { before: 'permit', put: { stop, byServer } }))).toContain('role');
  expect(await rulesOf(rearranged(story, { put: { stop: await stopping('boris') } }))).toEqual(['stop']);
});

test('a lift of a stop that nobody made is found', async () => {
  const lift = await lifting(await stopping('ana'), 'boris');
  expect(await rulesOf(rearranged(story, { put: { lift } }))).toEqual(['stop-lift']);
});
