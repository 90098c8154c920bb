import { expect, test } from 'vitest';
import { draftSchema } from './draft-schema.ts';
import { keyText, namedTextSchema } from './draft-text.ts';

test('no map gets a key that one reader sees and another drops: what is signed is what is read', () => {
  for (const schema of [keyText(64), draftSchema.shape.inputs, draftSchema.shape.hosts, draftSchema.shape.environment])
    expect(
      [
        '__proto__',
        [{ name: '__proto__', address: '127.0.0.2' }],
        [{ name: '__proto__', value: 'x' }],
        [{ type: 'string', name: '__proto__', description: '', value: 'x' }],
      ].filter((value) => schema.safeParse(value).success),
    ).toEqual([]);
  expect(namedTextSchema.safeParse({ name: 'constructor', value: 'x' }).success).toBe(true);
});
