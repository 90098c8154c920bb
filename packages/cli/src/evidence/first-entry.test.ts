import { canonicalJson, envelopeBytes, PAYLOAD_TYPE, statementDocument } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { firstEntryFrom } from './first-entry.ts';

const MINUTE = 60_000;
const BEGINNING = Date.parse('2026-03-01T00:00:00.000Z');
const subject = `sha256:${'0'.repeat(64)}`;

function bodyOf(index: number): Buffer {
  const time = new Date(BEGINNING + index * MINUTE).toISOString();
  const document = statementDocument({ kind: 'log-stop', run: 'duovir', time, subject, predicate: {} });
  const payload = Buffer.from(canonicalJson(document)).toString('base64');
  return envelopeBytes({ payload, payloadType: PAYLOAD_TYPE, signatures: [{ keyid: 'server/0', sig: '' }] });
}

/** Of a log that is never asked for anything but its size and single entries, one a minute. */
function logOf(size: number): Parameters<typeof firstEntryFrom>[0] & { readonly read: readonly number[] } {
  const read: number[] = [];
  return {
    read,
    cosignedCheckpoint: async () => ({ size, note: '' }),
    entries: async ({ from, limit }) => {
      expect(limit).toBe(1);
      read.push(from);
      return [{ index: from, body: bodyOf(from) }];
    },
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

test('it is found by halving: ten times the log costs a few entries more', async () => {
  for (const [size, reads] of [
    [20_000, 7],
    [200_000, 10],
  ] as const) {
    const log = logOf(size);
    expect(await firstEntryFrom(log, at(size - 1000))).toBeGreaterThan(size - 1600);
    expect(log.read.length).toBeLessThanOrEqual(reads);
  }
});
