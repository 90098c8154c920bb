import { digestOfBytes } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { DigestSet } from './digest-set.ts';

test('it has what was added and nothing else, however much that is', () => {
  const digests = new DigestSet();
  const numbered = (number: number) => digestOfBytes(`document ${number}`);
  for (let number = 0; number < 20_000; number += 1) {
    expect(digests.has(numbered(number))).toBe(false);
    digests.add(numbered(number));
    if (number % 3 === 0) digests.add(numbered(number));
  }
  for (let number = 0; number < 20_000; number += 1) expect(digests.has(numbered(number))).toBe(true);
  expect(digests.has(`sha256:${'0'.repeat(64)}`)).toBe(false);
  digests.add(`sha256:${'0'.repeat(64)}`);
  expect(digests.has(`sha256:${'0'.repeat(64)}`)).toBe(true);
});
