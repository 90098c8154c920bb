import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from './lines.ts';

test('lines come out whole however the stream is cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ß', '漢', '😀', '\n', '\t'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 5 })), (written, sizes) => {
      const lines: string[] = [];
      const reader = new LineReader((line) => lines.push(line));
      const bytes = Buffer.from(written);
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        reader.add(bytes.subarray(at, at + size));
        at += size;
      }
      reader.end();
      const expected = written.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

test('a stream without newlines comes in pieces', () => {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (let count = 0; count < 10; count += 1) reader.add(Buffer.alloc(10_000, 'x'));
  reader.end();
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(16_384);
  expect(lines.join('')).toHaveLength(100_000);
});
