import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClient } from '@duovir/sdk';
import { describeToken } from './describe-token.ts';
import { renewToken } from './renew-token.ts';
import { parseLifetime, parseScopes } from './wishes.ts';

const now = new Date('2026-03-01T10:00:00.000Z');

test('scopes are named one by one, each once, and nothing else is one', () => {
  expect(parseScopes('read, request')).toEqual(['read', 'request']);
  for (const text of ['', 'read,read', 'all', 'read,', 'READ'])
    expect(() => parseScopes(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('a lifetime is a number of hours or days', () => {
  expect(parseLifetime('12h')).toBe(43_200_000);
  expect(parseLifetime('30d')).toBe(2_592_000_000);
  for (const text of ['', '0d', '-1d', '1.5h', '30', '1y', '99999d'])
    expect(() => parseLifetime(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test.each([
  ['good', '2026-04-01T00:00:00.000Z', null],
  ['ends soon', '2026-03-10T00:00:00.000Z', null],
  ['expired', '2026-03-01T10:00:00.000Z', null],
  ['revoked', '2026-04-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
])('a token is shown as %s', (state, expiresAt, revokedAt) => {
  const token = { id: 'a'.repeat(20), person: 'ann', issuer: 'ann', scopes: ['read' as const], expiresAt, revokedAt };
  const row = describeToken({ ...token, issuedAt: expiresAt, lastUsedAt: null }, now);
  expect(row.map(({ text }) => text)).toEqual(['a'.repeat(20), 'ann', state, expiresAt.slice(0, 10), 'never', 'read']);
});

test('a renewed token is in its file before the old one is revoked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-token-'));
  const path = join(folder, 'token');
  const [old, fresh] = ['initial-ann', 'b'.repeat(20)].map((id) => ['duovir', id, 'x'.repeat(43)].join('_'));
  writeFileSync(path, `${old}\n`, { mode: 0o600 });
  const asked: string[] = [];
  const view = {
    id: 'b'.repeat(20),
    person: 'ann',
    issuer: 'ann',
    scopes: ['read'],
    issuedAt: now.toISOString(),
    expiresAt: '2026-05-30T10:00:00.000Z',
    lastUsedAt: null,
    revokedAt: null,
  };
  const answers: Readonly<Record<string, unknown>> = {
    'GET /v1/session': { person: 'ann', scopes: ['read'], expiresAt: '2026-03-02T10:00:00.000Z' },
    'POST /v1/tokens': { ...view, token: fresh },
    'DELETE /v1/tokens/initial-ann': { ...view, id: 'initial-ann', revokedAt: now.toISOString() },
  };
  const client = createClient({
    url: 'http://127.0.0.1:1',
    token: old ?? '',
    fetch: async (url, options) => {
      const question = `${options?.method ?? 'GET'} ${new URL(url instanceof Request ? url.url : url).pathname}`;
      asked.push(`${question} while the file has the ${readFileSync(path, 'utf8').trim() === old ? 'old' : 'new'} one`);
      return Response.json(answers[question]);
    },
  });
  expect(await renewToken(client, folder, now)).toEqual({ id: view.id, expiresAt: view.expiresAt });
  expect(asked).toEqual([
    'GET /v1/session while the file has the old one',
    'POST /v1/tokens while the file has the old one',
    'DELETE /v1/tokens/initial-ann while the file has the new one',
  ]);
  expect(readFileSync(path, 'utf8')).toBe(`${fresh}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
