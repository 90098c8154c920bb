import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits.ts';
import { checkSpecification } from './specification.ts';

const proper = { run: 'run-1', generation: 1, hosts: { 'node1.cluster': '127.0.0.11' }, limits: DEFAULT_LIMITS };

test('a proper specification is accepted', () => {
  expect(() => checkSpecification(proper)).not.toThrow();
});

test.each([
  { run: '' },
  { run: '-run' },
  { run: 'a\nb' },
  { run: 'x'.repeat(65) },
  { generation: -1 },
  { generation: 0.5 },
  { hosts: { 'a b': '127.0.0.1' } },
  { hosts: { 'a\n127.0.0.1 b': '127.0.0.1' } },
  { hosts: { node: '10.0.0.1' } },
  { hosts: { node: '127.1' } },
  { hosts: { node: '127.0.0.1\n10.0.0.1 other' } },
  { limits: { ...DEFAULT_LIMITS, memoryBytes: 0 } },
  { limits: { ...DEFAULT_LIMITS, processes: 1.5 } },
  { limits: { ...DEFAULT_LIMITS, cpus: Number.NaN } },
])('%j is refused before anything is started', (change) => {
  expect(() => checkSpecification({ ...proper, ...change })).toThrow(
    expect.objectContaining({ code: 'argument-invalid' }),
  );
});
