import { envelopeDigest, type Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation } from './organisation.fixture.ts';

const acme = new Organisation();
const log = { run: 'duovir' };
let seconds = 10;
/** Told a second after the last one: no two starts are the same bytes. */
const start = () => {
  const time = `2026-05-04T03:02:${(seconds += 1)}.000Z`;
  return acme.say('server', 'log-start', acme.policyDigest, { trustPolicy: acme.policyDigest }, { ...log, time });
};
const beat = (after: Envelope, number: number) =>
  acme.say('server', 'heartbeat', envelopeDigest(after), { number, intervalSeconds: 60, clock: 'unknown' }, log);

test('heartbeats that count from each start on verify', async () => {
  const [first, second] = [await start(), await start()];
  const told = [first, await beat(first, 1), await beat(first, 2), second, await beat(second, 1)];
  expect(await brokenRules(acme, told)).toEqual([]);
});

test('a heartbeat that is left out, told twice or not begun with 1 is found', async () => {
  const first = await start();
  expect(await brokenRules(acme, [first, await beat(first, 1), await beat(first, 3)])).toEqual(['heartbeat-sequence']);
  const one = await beat(first, 1);
  expect(await brokenRules(acme, [first, one, one])).toEqual(['heartbeat-sequence']);
  expect(await brokenRules(acme, [first, await beat(first, 2), await beat(first, 3)])).toEqual(['heartbeat-sequence']);
});

test('a heartbeat of another start is found', async () => {
  const [first, second] = [await start(), await start()];
  expect(await brokenRules(acme, [first, second, await beat(first, 1)])).toEqual(['heartbeat-start']);
});
