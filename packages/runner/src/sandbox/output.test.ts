import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputCollector } from './output.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });

test('head and tail are kept within the cap, the digest covers everything', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 200 }), (parts, cap) => {
      const collector = new OutputCollector(cap);
      for (const part of parts) collector.add(Buffer.from(part));
      const all = Buffer.concat(parts);
      const { bytes, sha256, truncated } = collector.output();
      expect(bytes).toBe(all.length);
      expect(sha256).toBe(createHash('sha256').update(all).digest('hex'));
      const half = Math.ceil(cap / 2);
      const content = collector.content();
      expect(truncated).toBe(all.length > 2 * half);
      expect(content.equals(truncated ? Buffer.concat([all.subarray(0, half), all.subarray(-half)]) : all)).toBe(true);
    }),
  );
});

test('the text says how much was left out, and may be asked for while more comes', () => {
  const collector = new OutputCollector(4);
  collector.add(Buffer.from('abcd'));
  expect(collector.output().text).toBe('abcd');
  collector.add(Buffer.from('efgh'));
  expect(collector.output().text).toBe('ab\n[4 bytes left out]\ngh');
});
