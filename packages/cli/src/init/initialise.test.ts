import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadPublicKey, loadTrustPolicy, stateDirectory } from '@duovir/principal';
import { initialise } from './initialise.ts';

const now = new Date('2026-03-01T10:00:00.000Z');
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'duovir-init-')), '.duovir');
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('a new installation has a trust policy that the pinned officer key signed', async () => {
  const path = newPath();
  await initialise(path, now);
  const state = stateDirectory(path);
  const { policy } = loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer));
  const pinned = readFileSync(join(state.principal('runner'), 'officer.pem'), 'utf8');
  expect(pinned).toBe(readFileSync(join(state.officer, 'public.pem'), 'utf8'));
  expect(policy.principals.map(({ name }) => name)).toContain('reviewer-reliability');
  expect(new Set(policy.principals.map(({ publicKey }) => publicKey)).size).toBe(12);
});

test('rule reviewers are one independence group, so a person is needed from R2 on', async () => {
  const path = newPath();
  await initialise(path, now);
  const state = stateDirectory(path);
  const { policy } = loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer));
  const groups = new Set(policy.principals.filter(({ role }) => role === 'reviewer').map(({ group }) => group));
  expect(groups.size).toBe(1);
  expect(policy.quorum.R2).toMatchObject({ groups: 2, people: 1 });
});

test('only the owner can read keys and tokens', async () => {
  const path = newPath();
  await initialise(path, now);
  const state = stateDirectory(path);
  expect(modeOf(state.root)).toBe(0o700);
  expect(modeOf(join(state.officer, 'key.pem'))).toBe(0o600);
  for (const name of readdirSync(join(path, 'principals'))) {
    expect(modeOf(state.principal(name))).toBe(0o700);
    expect(modeOf(join(state.principal(name), 'key.pem'))).toBe(0o600);
  }
  expect(modeOf(join(state.person('operator'), 'token'))).toBe(0o600);
  expect(modeOf(join(state.principal('server'), 'tokens.json'))).toBe(0o600);
});

test('the server gets hashes of tokens and no token', async () => {
  const path = newPath();
  await initialise(path, now);
  const state = stateDirectory(path);
  const token = readFileSync(join(state.person('operator'), 'token'), 'utf8').trim();
  const known = readFileSync(join(state.principal('server'), 'tokens.json'), 'utf8');
  expect(known).not.toContain(token);
  const lasting = {
    scopes: ['read', 'request', 'approve', 'stop', 'administer', 'audit'],
    issuedAt: now.toISOString(),
    expiresAt: '2026-05-30T10:00:00.000Z',
  };
  const anyHash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(JSON.parse(known)).toEqual([
    { id: 'initial-operator', person: 'operator', ...lasting, hash: hash('sha256', token, 'hex') },
    { id: 'initial-approver', person: 'approver', ...lasting, hash: anyHash },
    { id: 'initial-deputy', person: 'deputy', ...lasting, hash: anyHash },
  ]);
});

test('an installation is never overwritten', async () => {
  const path = newPath();
  await initialise(path, now);
  const before = readFileSync(join(path, 'officer', 'key.pem'), 'utf8');
  await expect(initialise(path, now)).rejects.toMatchObject({ code: 'state-exists' });
  expect(readFileSync(join(path, 'officer', 'key.pem'), 'utf8')).toBe(before);
});

test('a folder with something else in it is left alone', async () => {
  const path = newPath();
  mkdirSync(path);
  writeFileSync(join(path, 'notes.txt'), 'mine');
  await expect(initialise(path, now)).rejects.toMatchObject({ code: 'state-exists' });
  expect(readdirSync(path)).toEqual(['notes.txt']);
});

test('two at once: one makes it, the other is refused, and one whole installation is there', async () => {
  const path = newPath();
  const results = await Promise.allSettled([initialise(path, now), initialise(path, now)]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const state = stateDirectory(path);
  loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer));
});

test('kill -9 in the middle leaves no half-made installation', async () => {
  const path = newPath();
  const script = `import { initialise } from ${JSON.stringify(fileURLToPath(new URL('./initialise.ts', import.meta.url)))};
    console.log('go'); setInterval(() => {}, 1000); await initialise(${JSON.stringify(path)}, new Date()); process.exit(0);`;
  for (const delay of [0, 2, 4, 8]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const state = stateDirectory(path);
    const made = readdirSync(join(path, '..')).includes('.duovir');
    if (made) loadTrustPolicy(state.trustPolicy, loadPublicKey(state.officer));
  }
});
