import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { policyJsonSchema } from './policy-json-schema.ts';

test('docs/reference/trust-policy.schema.json is what the code says (`vitest -u` writes it)', async () => {
  const published = fileURLToPath(new URL('../../../../docs/reference/trust-policy.schema.json', import.meta.url));
  await expect(policyJsonSchema()).toMatchFileSnapshot(published);
});
