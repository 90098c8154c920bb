import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiApp } from '../api/app.ts';
import { guardHost, hardenAnswer } from '../api/guards.ts';
import { problemResponse } from '../api/problem.ts';
import { listenOn, type Listening } from '../listen.ts';
import { serveConsole } from './serve-console.ts';

const PAGE = '<!doctype html><title>Duovir</title>';
let folder: string;
let server: Listening;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'duovir-console-')), 'dist');
  const app: ApiApp = new Hono();
  app.use(hardenAnswer);
  app.use(guardHost([]));
  app.onError((error, context) => problemResponse(error, context.req.path));
  serveConsole(app, folder);
  server = await listenOn(app, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await server.close();
  rmSync(join(folder, '..'), { recursive: true });
});

function build(): void {
  mkdirSync(join(folder, 'assets', 'folder'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'index-1a2b3c.js'), 'export {};');
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  symlinkSync(join(folder, '..', 'secret.txt'), join(folder, 'assets', 'link.txt'));
}

/** As it is, not as `fetch` would tidy it up. */
function status(path: string, host = 'localhost'): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { host } }, (answer) => resolve(answer.resume().statusCode))
      .once('error', reject)
      .end();
  });
}

test('a console that is not built is explained, and served once it is', async () => {
  const before = await fetch(server.url);
  expect([before.status, before.headers.get('content-type')]).toEqual([404, expect.stringMatching('text/plain')]);
  expect(await before.text()).toContain('npm run build --workspace @duovir/console');
  expect(await status('/assets/index-1a2b3c.js')).toBe(404);
  build();
  expect(await (await fetch(server.url)).text()).toBe(PAGE);
});

test('the page may load nothing from elsewhere, run nothing inline, and is asked for anew', async () => {
  build();
  const { headers } = await fetch(server.url);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  const policy = headers.get('content-security-policy')?.split('; ');
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]),
  );
  expect(policy?.join()).not.toMatch(/unsafe|\*|http/);
});

test('assets keep for ever, by the type their name says', async () => {
  build();
  const { headers } = await fetch(`${server.url}/assets/index-1a2b3c.js`);
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test.for([
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/assets/..\\..\\secret.txt',
  '/assets/link.txt',
  '/assets/folder',
  '/assets/',
  '/assets/%00',
  '/assets/%',
  '//assets/index-1a2b3c.js',
  '/index.html',
])('there is nothing at %s', async (path) => {
  build();
  expect([400, 404]).toContain(await status(path));
});

test('a page that has resolved its own name to this server gets no console either', async () => {
  build();
  expect(await status('/', 'evil.example')).toBe(421);
});
