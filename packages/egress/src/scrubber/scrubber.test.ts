import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RegisteredValues } from '../registered/registered-values.ts';
import type { Detector } from '../span.ts';
import { createScrubber } from './scrubber.ts';

const SECRET = 'correct horse\nbattery-staple';
const registered = new RegisteredValues();
registered.register('vault/db', SECRET);

const keyBlock: Detector = (text) =>
  [...text.matchAll(/-----BEGIN PRIVATE KEY-----[\s\S]*?(?:-----END PRIVATE KEY-----|$)/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    label: 'private-key',
  }));
const scrubber = createScrubber(registered, [keyBlock]);
const block = `${'-----BEGIN'} PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n${'-----END'} PRIVATE KEY-----`;

function streamed(text: string, cuts: readonly number[]): string {
  const stream = scrubber.stream();
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((left, right) => left - right);
  let from = 0;
  let result = '';
  for (const place of [...places, text.length]) {
    result += stream.push(text.slice(from, place));
    from = place;
  }
  return result + stream.end();
}

test('cut anywhere, a stream is scrubbed like the whole text', () => {
  const part = fc.constantFrom(
    SECRET,
    JSON.stringify(SECRET),
    block,
    'correct ',
    'correct horse\n',
    '\n',
    'log line ',
    '-----',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
      const text = parts.join('');
      expect(streamed(text, cuts)).toBe(scrubber.scrub(text));
    }),
    { numRuns: 2000 },
  );
});

test('lines go on as soon as they are whole', () => {
  const stream = scrubber.stream();
  expect(stream.push('first line\nsecond')).toBe('first line\n');
  expect(stream.push(' line\ncorrect')).toBe('second line\n');
  expect(stream.push(' horse\nbattery-staple!\n')).toBe('[removed: vault/db]!\n');
});

test('a key block that never ends does not get out', () => {
  const stream = scrubber.stream();
  const shown = stream.push('before\n') + stream.push(`${'-----BEGIN'} PRIVATE KEY-----\nMC4CAQAw\n`) + stream.end();
  expect(shown).toBe('before\n[removed: private-key]');
});

test('a line without end is not held for ever', () => {
  const stream = scrubber.stream();
  expect(stream.push('x'.repeat(100_000))).toHaveLength(100_000);
});

test('overlapping finds are one removal', () => {
  const both = createScrubber(registered, [() => [{ start: 2, end: 10, label: 'guess' }]]);
  expect(both.scrub(`${SECRET} end`)).toBe('[removed: vault/db] end');
});
