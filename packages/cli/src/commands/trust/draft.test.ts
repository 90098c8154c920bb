import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKey, loadPublicKey, loadSigner, LOG_KEY, openLogSigner, openSigner } from '@duovir/principal';
import { formatVkey, parseVkey } from '@duovir/ledger';
import type { Principal, TrustPolicy } from '@duovir/protocol';
import { PolicySource } from '../../trust/policy-source.ts';
import { takeUpNextKeys } from '../../trust/principal-key.ts';
import { Desk } from '../../trust/trust.fixture.ts';

let desk: Desk;
let draft: string;
beforeEach(async () => {
  desk = await Desk.open();
  draft = desk.path('next.yaml');
});
afterEach(() => rmSync(desk.folder, { recursive: true, force: true }));

const edit = async (...words: string[]): Promise<string> => (await desk.trust(...words, '--draft', draft)).code;
const source = (): PolicySource => new PolicySource(desk.state, new Date());
const drafted = (name: string): Principal | undefined =>
  source()
    .draft(draft)
    .principals.find((principal) => principal.name === name);

test('a reviewer is enrolled with a key that is made here, and the officer pinned beside it', async () => {
  expect(
    await edit('enrol', 'reviewer-cost', '--role', 'reviewer', '--mandate', 'cost', '--group', 'duovir-rules'),
  ).toBe('ok');
  const folder = desk.state.principal('reviewer-cost');
  expect(drafted('reviewer-cost')).toEqual({
    name: 'reviewer-cost',
    role: 'reviewer',
    group: 'duovir-rules',
    mandate: 'cost',
    publicKey: loadPublicKey(folder),
  });
  expect(loadSigner(folder, 'reviewer-cost').principal).toBe('reviewer-cost');
  expect(readFileSync(join(folder, 'officer.pem'))).toEqual(readFileSync(join(desk.state.officer, 'public.pem')));
});

test('a person whose key is elsewhere is enrolled by its public half', async () => {
  const { publicKey } = createKey(desk.path('token-of-fay'));
  expect(
    await edit('enrol', 'fay', '--role', 'person', '--roles', 'approver, auditor', '--public-key', publicKey),
  ).toBe('ok');
  expect(drafted('fay')).toMatchObject({ group: 'fay', roles: ['approver', 'auditor'], publicKey });
  expect(existsSync(desk.state.person('fay'))).toBe(false);
});

test('nobody is enrolled twice, under a path, or with half a key', async () => {
  expect(await edit('enrol', 'operator', '--role', 'person')).toBe('usage');
  expect(await edit('enrol', '../../etc', '--role', 'person')).toBe('usage');
  expect(await edit('enrol', 'fay', '--role', 'person', '--public-key', 'AAAA')).toBe('usage');
  expect(existsSync(draft)).toBe(false);
});

test('what people wrote beside it stays, and one edit follows the other', async () => {
  await edit('revoke', 'deputy');
  writeFileSync(draft, readFileSync(draft, 'utf8').replace('heals:', '# As agreed with the bank.\nheals:'));
  expect(await edit('enrol', 'fay', '--role', 'person', '--roles', 'approver')).toBe('ok');
  expect(readFileSync(draft, 'utf8')).toContain('# As agreed with the bank.\nheals:');
  expect([drafted('deputy'), drafted('fay')?.role]).toEqual([undefined, 'person']);
  expect(await edit('revoke', 'nobody')).toBe('not-found');
});

test('a new key waits until its policy is in force; then the old one is kept beside it', async () => {
  const folder = desk.state.principal('runner');
  const old = readFileSync(join(folder, 'key.pem'), 'utf8');
  const oldKey = loadSigner(folder, 'runner');
  expect(await edit('rotate', 'runner')).toBe('ok');
  expect(readFileSync(join(folder, 'key.pem'), 'utf8')).toBe(old);
  const next = loadPublicKey(join(folder, 'next'));
  expect(drafted('runner')?.publicKey).toBe(next);
  expect(takeUpNextKeys(desk.state, source().inForce.policy)).toEqual([]);
  expect(takeUpNextKeys(desk.state, source().draft(draft))).toEqual(['runner']);
  expect(loadPublicKey(folder)).toBe(next);
  const [previous = ''] = readdirSync(join(folder, 'previous'));
  expect(oldKey.keyId).toBe(`runner/${previous}`);
  expect(readFileSync(join(folder, 'previous', previous, 'key.pem'), 'utf8')).toBe(old);
  expect(takeUpNextKeys(desk.state, source().draft(draft))).toEqual([]);
});

test('a witness gets its verifier key with it', async () => {
  const { origin } = source().inForce.policy.log;
  expect(await edit('rotate', 'witness')).toBe('ok');
  const next = Buffer.from(drafted('witness')?.publicKey ?? '', 'base64');
  expect(source().draft(draft).witnesses.vkeys).toEqual([formatVkey(`${origin}/witness`, 'witness', next)]);
  expect((await desk.trust('check', draft)).code).toBe('ok');
});

const logKey = (policy: TrustPolicy): string => parseVkey(policy.log.vkey).rawKey.toString('base64');

test('server and log have one key, and go on having one', async () => {
  expect(await edit('rotate', 'server')).toBe('ok');
  const policy = source().draft(draft);
  const next = loadPublicKey(join(desk.state.principal('server'), 'next'));
  expect([drafted('server')?.publicKey, logKey(policy)]).toEqual([next, next]);
  expect(policy.log.origin).toBe(source().inForce.policy.log.origin);
  expect((await desk.trust('check', draft)).code).toBe('ok');
});

test('the log gets a key of its own, and then both are rotated each by itself', async () => {
  const folder = desk.state.principal('server');
  const own = loadPublicKey(folder);
  expect(await edit('rotate', 'witness', '--log')).toBe('usage');
  expect(await edit('rotate', 'server', '--log')).toBe('ok');
  const ofLog = loadPublicKey(join(folder, 'next'), LOG_KEY);
  expect([drafted('server')?.publicKey, logKey(source().draft(draft))]).toEqual([own, ofLog]);
  expect((await desk.trust('check', draft)).code).toBe('ok');
  expect(takeUpNextKeys(desk.state, source().draft(draft))).toEqual(['server']);
  expect([loadPublicKey(folder), loadPublicKey(folder, LOG_KEY)]).toEqual([own, ofLog]);
  expect(await edit('rotate', 'server')).toBe('ok');
  expect(drafted('server')?.publicKey).not.toBe(own);
  expect(logKey(source().draft(draft))).toBe(ofLog);
});

test('a program that has the next key is named beside the key in use', async () => {
  const next = join(desk.state.principal('runner'), 'next');
  const { publicKey } = createKey(desk.path('token'));
  mkdirSync(next);
  const signer = { command: [process.execPath, '/etc/hostname'], publicKey };
  writeFileSync(join(next, 'signer.json'), JSON.stringify(signer), { mode: 0o600 });
  expect(await edit('rotate', 'runner')).toBe('ok');
  expect(drafted('runner')?.publicKey).toBe(publicKey);
  expect(takeUpNextKeys(desk.state, source().draft(draft))).toEqual(['runner']);
  expect((await openSigner(desk.state.principal('runner'), 'runner', publicKey)).publicKey).toBe(publicKey);
});

test('killed between any two files, a rotation goes on where it was, and each key is found meanwhile', async () => {
  const folder = desk.state.principal('server');
  const before = source().inForce.policy;
  await edit('rotate', 'server');
  const policy = source().draft(draft);
  const [old, next] = [loadPublicKey(folder), loadPublicKey(join(folder, 'next'))];
  const found = async (publicKey: string): Promise<void> => {
    for (const open of [openSigner, openLogSigner])
      expect((await open(folder, 'server', publicKey)).publicKey).toBe(publicKey);
  };
  await found(old);
  await found(next);
  // As a crash leaves it: the key moved, its public half not yet.
  mkdirSync(join(folder, 'previous', 'kept'), { recursive: true });
  copyFileSync(join(folder, 'key.pem'), join(folder, 'previous', 'kept', 'key.pem'));
  renameSync(join(folder, 'next', 'key.pem'), join(folder, 'key.pem'));
  await found(next);
  expect(takeUpNextKeys(desk.state, policy)).toEqual(['server']);
  expect(loadPublicKey(folder)).toBe(next);
  await found(next);
  expect(takeUpNextKeys(desk.state, before)).toEqual([]);
  expect(takeUpNextKeys(desk.state, policy)).toEqual([]);
});

test.each([
  ['an alias', 'heals: &a {perStep: 1, perRun: 1}\nbudget: *a'],
  ['a key twice', 'kind: TrustPolicy\nkind: TrustPolicy'],
  ['a tag', 'heals: !!map {}'],
  ['a merge key with an anchor', 'a: &b {}\nc: {<<: *b}'],
  ['no mapping', '- one'],
  ['no YAML', 'a: [1'],
  ['an unknown field', 'kind: TrustPolicy\nanything: goes'],
  ['more than anybody reads', `# ${'x'.repeat(300_000)}`],
  ['endless nesting', '['.repeat(20_000)],
])('%s is no trust policy', async (_, text) => {
  expect((await desk.trust('check', desk.write('odd.yaml', text))).code).toBe('usage');
});
