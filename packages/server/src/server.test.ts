import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import { healthSchema, parseEnvelope, peekStatement } from '@duovir/protocol';
import { decodeBundle, verifyLog } from '@duovir/ledger';
import { loadPinnedOfficer, type StateDirectory } from '@duovir/principal';
import { makeState, startWitness } from './api/api.fixture.ts';
import { freshDatabase } from './postgres/fresh-database.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function prepare(): Promise<StateDirectory> {
  const state = await makeState();
  cleanUps.push(() => rmSync(state.root, { recursive: true, force: true }));
  const witness = await startWitness(state);
  cleanUps.push(() => witness.close());
  const folder = state.principal('server');
  const options = { mode: 0o600 };
  writeFileSync(join(folder, 'database-url'), `${await freshDatabase(inject('postgres'))}\n`, options);
  writeFileSync(join(folder, 'tokens.json'), '[]', options);
  writeFileSync(join(state.root, 'server.json'), JSON.stringify({ host: '127.0.0.1', port: 0 }));
  return state;
}

async function start(state: StateDirectory): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), state.root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanUps.push(() => void child.kill('SIGKILL'));
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(String(line)).toBe('ready\n');
  const { url } = JSON.parse(readFileSync(join(state.socketFolder('server'), 'address.json'), 'utf8')) as {
    url: string;
  };
  return { child, url };
}

test('it starts, answers, stops in good order, and starts again after kill -9', async () => {
  const state = await prepare();
  const first = await start(state);
  const health = healthSchema.parse(await (await fetch(`${first.url}/v1/health`)).json());
  // Nobody else is up in this installation, and the server says so.
  expect(health.status).toBe('degraded');
  expect(health.parts['database']?.ok).toBe(true);
  expect(health.parts['ledger']?.ok).toBe(true);
  expect(health.parts['runner']?.ok).toBe(false);
  expect(health.parts['publication']?.ok).toBe(true);
  expect(await end(first.child, 'SIGTERM')).toBe(0);
  expect(existsSync(join(state.socketFolder('server'), 'address.json'))).toBe(false);
  const second = await start(state);
  await end(second.child, 'SIGKILL');
  const third = await start(state);
  expect((await fetch(`${third.url}/openapi.json`)).status).toBe(200);
});

test('the published folder verifies: after a stop to the last entry, after a kill up to its checkpoint', async () => {
  const state = await prepare();
  const officer = loadPinnedOfficer(state.principal('server'));
  const first = await start(state);
  const published = async (): Promise<number> =>
    healthSchema.parse(await (await fetch(`${first.url}/v1/health`)).json()).published.size;
  await expect.poll(published).toBeGreaterThan(0);
  expect(await end(first.child, 'SIGTERM')).toBe(0);
  const stopped = await verifyLog(state.published, { officer });
  expect(stopped).toMatchObject({ ok: true, findings: [] });
  const [last] = decodeBundle(readFileSync(bundleFile(state, stopped.size))).slice(-1);
  expect(peekStatement(parseEnvelope(last ?? expect.unreachable())).kind).toBe('log-stop');
  const second = await start(state);
  await end(second.child, 'SIGKILL');
  expect(await verifyLog(state.published, { officer })).toMatchObject({ ok: true, findings: [] });
});

/** Of a short log: all its entries are in one partial bundle. */
function bundleFile(state: StateDirectory, size: number): string {
  return join(state.published, 'tile', 'entries', '000.p', String(size));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill(signal);
  const [code] = await gone;
  return code as number | null;
}

test('it stops when its supervisor is gone', async () => {
  const state = await prepare();
  const { child } = await start(state);
  const gone = once(child, 'exit');
  child.stdin?.end();
  expect((await gone)[0]).toBe(0);
});

test('a trust policy that names another server key is refused', async () => {
  const state = await prepare();
  const other = await makeState();
  cleanUps.push(() => rmSync(other.root, { recursive: true, force: true }));
  for (const file of ['key.pem', 'public.pem'])
    writeFileSync(join(state.principal('server'), file), readFileSync(join(other.principal('server'), file)));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), state.root], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  expect((await once(child, 'exit'))[0]).toBe(1);
  expect(errors).toContain('key-foreign');
});
