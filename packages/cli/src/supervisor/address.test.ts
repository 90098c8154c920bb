import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import { chooseAddress, isLoopback, readAddress, urlOf } from './address.ts';

const newState = (): ReturnType<typeof stateDirectory> =>
  stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-address-')));

async function occupied(): Promise<{ port: number; close(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() };
}

test('the address is remembered, so that a restarted server is found where it was', async () => {
  const state = newState();
  const first = await chooseAddress(state, { port: 0 });
  expect(first.host).toBe('127.0.0.1');
  expect(await chooseAddress(state, {})).toMatchObject(first);
});

test('a port that was asked for and is taken is refused; one that was not gives way', async () => {
  const other = await occupied();
  const state = newState();
  await expect(chooseAddress(state, { port: other.port })).rejects.toMatchObject({ code: 'start-failed' });
  writeFileSync(join(state.root, 'server.json'), JSON.stringify({ host: '127.0.0.1', port: other.port }));
  expect((await chooseAddress(state, {})).port).not.toBe(other.port);
  other.close();
});

test("what else the server's configuration holds stays as it is", async () => {
  const state = newState();
  writeFileSync(join(state.root, 'server.json'), JSON.stringify({ host: '127.0.0.1', port: 1, hosts: ['a.example'] }));
  await chooseAddress(state, { port: 0 });
  expect(JSON.parse(readFileSync(join(state.root, 'server.json'), 'utf8'))).toMatchObject({ hosts: ['a.example'] });
});

test('a damaged file is named', () => {
  const state = newState();
  writeFileSync(join(state.root, 'server.json'), '{');
  expect(() => readAddress(state)).toThrow(/server\.json/);
});

test('only real loopback addresses count as such', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '127.0.0.1.example', '10.0.0.1', ''].some(isLoopback)).toBe(false);
  expect(urlOf({ host: '::1', port: 7070 })).toBe('http://[::1]:7070');
});

test('a port that no client would call is refused', async () => {
  await expect(chooseAddress(newState(), { port: 6000 })).rejects.toThrow(/another protocol/);
});
