import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { playbookJsonSchema } from './json-schema.ts';

const published = fileURLToPath(new URL('../../../../docs/reference/playbook.schema.json', import.meta.url));

test('the published JSON Schema is the one of the code (`vitest -u` writes it)', async () => {
  await expect(playbookJsonSchema()).toMatchFileSnapshot(published);
});
