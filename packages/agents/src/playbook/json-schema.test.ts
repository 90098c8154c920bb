import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jsonSchemas } from './json-schema.ts';

test.each(Object.entries(jsonSchemas()))(
  'docs/reference/%s is what the code says (`vitest -u` writes it)',
  async (file, text) => {
    const published = fileURLToPath(new URL(`../../../../docs/reference/${file}`, import.meta.url));
    await expect(text).toMatchFileSnapshot(published);
  },
);
