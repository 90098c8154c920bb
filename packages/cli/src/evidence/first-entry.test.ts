import type { PublishedLog } from '@duovir/ledger';
import { canonicalJson, envelopeBytes, PAYLOAD_TYPE, statementDocument } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { firstEntryFrom } from './first-entry.ts';

const MINUTE = 60_000;
const BEGINNING = Date.parse('2026-03-01T00:00:00.000Z');
const subject = `sha256:${'0'.repeat(64)}`;

/** Of a log that is never asked for anything but its size and its entries, one a minute. */
function logOf(size: number): PublishedLog {
  const body = (index: number): Buffer => {
    const time = new Date(BEGINNING + index * MINUTE).toISOString();
    const document = statementDocument({ kind: 'log-stop', run: 'duovir', time, subject, predicate: {} });
    const payload = Buffer.from(canonicalJson(document)).toString('base64');
    return envelopeBytes({ payload, payloadType: PAYLOAD_TYPE, signatures: [{ keyid: 'server/0', sig: '' }] });
  };
  return {
    cosignedCheckpoint: async () => ({ size, note: '' }),
    cosignedHistory: async () => [],
    tile: () => Promise.reject(new Error('nobody needs a tile for this')),
    entries: async ({ from, limit }) =>
      Array.from({ length: limit }, (_, at) => ({ index: from + at, body: body(from + at) })),
  };
}

const at = (minutes: number): string => new Date(BEGINNING + minutes * MINUTE).toISOString();

test('a pack begins with a whole bundle, early enough that nothing of the period lies before it', async () => {
  const log = logOf(2000);
  expect(await firstEntryFrom(log, null)).toBe(0);
  expect(await firstEntryFrom(log, at(-1000))).toBe(0);
  expect(await firstEntryFrom(log, at(256))).toBe(0);
  expect(await firstEntryFrom(log, at(256 + 16))).toBe(256);
  expect(await firstEntryFrom(log, at(1000))).toBe(768);
  expect(await firstEntryFrom(log, at(100_000))).toBe(1792);
  expect(await firstEntryFrom(logOf(0), at(5))).toBe(0);
});
