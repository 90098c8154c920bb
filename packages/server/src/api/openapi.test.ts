import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const PUBLISHED = new URL('../../../../docs/reference/openapi.json', import.meta.url);

async function document(): Promise<Record<string, unknown>> {
  return (await (await fetch(`${server.url}/openapi.json`)).json()) as Record<string, unknown>;
}

test('the published document is the one that is served', async () => {
  const served = await document();
  // To publish a changed API: UPDATE_OPENAPI=1 npx vitest run packages/server/src/api/openapi.test.ts
  if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(PUBLISHED, JSON.stringify(served, null, 2));
  expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(served);
});

test('every reference leads somewhere', async () => {
  const text = readFileSync(PUBLISHED, 'utf8');
  const whole = JSON.parse(text) as Record<string, unknown>;
  const references = new Set([...text.matchAll(/"\$ref": "(#[^"]*)"/g)].map(([, reference]) => reference ?? ''));
  expect(references.size).toBeGreaterThan(10);
  for (const reference of references) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/')],
        whole,
      );
    if (found === undefined) throw new Error(`${reference} leads nowhere`);
  }
});
