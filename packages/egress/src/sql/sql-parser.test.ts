import { expect, test, vi } from 'vitest';

test('what is too deep for the parser is no SQL, and the parser goes on', async () => {
  const { sqlParser } = await import('./sql-parser.ts');
  const parser = await sqlParser();
  for (const sql of [
    `select ${'1+'.repeat(50_000)}1`,
    `select ${'('.repeat(50_000)}1`,
    'select \0 1',
    '',
    'no sql at all',
  ])
    expect(parser.parse(sql).kind).toBe('no-sql');
  expect(parser.parse('select 1').kind).toBe('statements');
  expect([parser.isKeyword('select'), parser.isKeyword('customers'), parser.isKeyword('a b')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('without the parser nothing can be said about a text, so nothing may leave', async () => {
  vi.resetModules();
  vi.doMock('libpg-query', () => ({ loadModule: () => Promise.reject(new Error('no such file')) }));
  const { sqlParser } = await import('./sql-parser.ts');
  await expect(sqlParser()).rejects.toMatchObject({ code: 'sql-parser-unavailable', consequence: 'refuse' });
  vi.doUnmock('libpg-query');
});
