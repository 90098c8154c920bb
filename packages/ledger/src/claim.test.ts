import {
  canonicalJson,
  envelopeBytes,
  parseCanonicalJson,
  parseEnvelope,
  parseStatement,
  peekStatement,
} from '@duovir/protocol';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { readCanonicalJson } from './canonical-text.ts';
import { readClaim } from './claim.ts';
import { readTail } from './entry-tail.ts';
import { Organisation } from './organisation.fixture.ts';
import { soundRun } from './story.fixture.ts';

/** What a function comes to, or the code with which it refuses. */
function outcome(of: () => unknown): unknown {
  try {
    return { value: of() };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? error.code : error };
  }
}

const slowly = (bytes: Buffer): unknown => {
  const envelope = parseEnvelope(bytes);
  const payload = Buffer.from(envelope.payload, 'base64');
  return { envelope, payload, statement: parseStatement(parseCanonicalJson(payload)) };
};

let entries: Buffer[];
beforeAll(async () => {
  entries = [...(await soundRun(new Organisation())).values()].map(envelopeBytes);
});

test('the quick way to read canonical JSON comes to what the slow one does', () => {
  const text = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => canonicalJson(value)),
    fc.jsonValue().map((value) => JSON.stringify(value, null, 1)),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '{"a":1,"a":1}',
      '{"b":1,"a":2}',
      '{"10":1,"9":2}',
      '{"9":1,"10":2}',
      '{"a":1e2}',
      '{"a":-0}',
      '{"a":"\\u0041"}',
    ),
    fc.constantFrom(
      '{"a":1.0}',
      '{"é":1}',
      '{"\\ud800":1}',
      '{"a":{"c":1,"b":1}}',
      '{"a":[{"c":1,"b":1}]}',
      '{}',
      '',
      '{',
    ),
  );
  fc.assert(
    fc.property(text, (one) => {
      expect(outcome(() => readCanonicalJson(one))).toEqual(outcome(() => parseCanonicalJson(one)));
    }),
    { numRuns: 2000 },
  );
});

test('the quick way to read an entry comes to what the slow one does, whatever was done to its bytes', () => {
  for (const bytes of entries) expect(readClaim(bytes)).toEqual(slowly(bytes));
  const change = fc.record({ entry: fc.nat(), at: fc.nat(), byte: fc.nat(255), cut: fc.nat(3), put: fc.nat(3) });
  fc.assert(
    fc.property(change, ({ entry, at, byte, cut, put }) => {
      const bytes = entries[entry % entries.length]!;
      const place = at % bytes.length;
      const changed = Buffer.concat([bytes.subarray(0, place), Buffer.alloc(put, byte), bytes.subarray(place + cut)]);
      expect(outcome(() => readClaim(changed))).toEqual(outcome(() => slowly(changed)));
    }),
    { numRuns: 3000 },
  );
});

test('the end of an entry says what it is about, and says nothing else of what is a statement', () => {
  for (const bytes of entries) {
    const { kind, run } = peekStatement(parseEnvelope(bytes));
    expect(readTail(bytes)).toEqual({ kind, run });
  }
  const change = fc.record({ entry: fc.nat(), at: fc.nat(), bit: fc.nat(7) });
  fc.assert(
    fc.property(change, ({ entry, at, bit }) => {
      const envelope = parseEnvelope(entries[entry % entries.length]!);
      const payload = Buffer.from(envelope.payload, 'base64');
      payload[at % payload.length]! ^= 1 << bit;
      const changed = envelopeBytes({ ...envelope, payload: payload.toString('base64') });
      const claimed = outcome(() => readClaim(changed).statement);
      if (claimed instanceof Object && 'value' in claimed)
        expect(claimed.value).toMatchObject({ ...readTail(changed) });
    }),
    { numRuns: 2000 },
  );
  for (const text of [
    '',
    '{',
    '{"payload":"',
    '{"payload":"AAA"',
    '{"payload":"e30="}',
    '{"payload":"'.padEnd(400, 'A'),
  ])
    expect(readTail(Buffer.from(text))).toBeUndefined();
});
