import { expect, test } from 'vitest';
import type { Json } from '@duovir/protocol';
import type { Input } from './input-schema.ts';
import { resolveInputs } from './input-values.ts';

const declared: Record<string, Input> = {
  port: { type: 'integer', minimum: 1024, maximum: 65_535, default: 5432, description: 'x' },
  path: { type: 'string', maxLength: 20, pattern: '/[a-z]*', default: '/', description: 'x' },
  mode: { type: 'string', maxLength: 20, enum: ['fast', 'safe'], default: 'safe', description: 'x' },
  argv: {
    type: 'array',
    items: { type: 'string', maxLength: 5 },
    minItems: 1,
    maxItems: 2,
    description: 'x',
  },
};

test('defaults fill what is not given', () => {
  expect(resolveInputs(declared, { argv: ['a'] })).toEqual({
    kind: 'inputs',
    inputs: { port: 5432, path: '/', mode: 'safe', argv: ['a'] },
  });
});

test.each<[string, Record<string, Json>, string]>([
  ['argv', {}, 'must be given'],
  ['prot', { prot: 1, argv: ['a'] }, 'There is no such input; there is port, path, mode, argv'],
  ['port', { port: '5432', argv: ['a'] }, 'must be an integer'],
  ['port', { port: 80, argv: ['a'] }, 'below the minimum'],
  ['port', { port: 1.5, argv: ['a'] }, 'must be an integer'],
  ['path', { path: '/a\n/b', argv: ['a'] }, 'does not match'],
  ['path', { path: 'x/', argv: ['a'] }, 'does not match'],
  ['mode', { mode: 'other', argv: ['a'] }, 'one of fast, safe'],
  ['argv', { argv: [] }, 'at least 1'],
  ['argv', { argv: ['a', 'b', 'c'] }, 'more than 2'],
  ['argv', { argv: ['a', 1] }, 'must be a string'],
  ['argv', { argv: ['a\0b'] }, 'NUL'],
])('%s is refused with the reason', (input, given, why) => {
  const resolved = resolveInputs(declared, given);
  expect(resolved).toMatchObject({ kind: 'invalid', problems: [{ input }] });
  expect(JSON.stringify(resolved)).toContain(why);
});
