import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trustPolicyDigest, withoutLogin, withoutModels, type TrustPolicy } from '@duovir/protocol';
import { createKey, loadPublicKey, loadSigner } from '../key-file.ts';
import { stateDirectory, type StateDirectory } from '../state-directory.ts';
import { OFFICER, signTrustPolicy } from './signed-policy.ts';
import { historyFile, placeTrustPolicy } from './trust-files.ts';
import { TrustPolicyFile } from './trust-policy-file.ts';

let state: StateDirectory;
let file: TrustPolicyFile;

beforeEach(async () => {
  state = stateDirectory(mkdtempSync(join(tmpdir(), 'duovir-trust-')));
  createKey(state.officer);
  await place(policyOf(1));
  file = open();
});

afterEach(() => rmSync(state.root, { recursive: true, force: true }));

function open(highestVersionFile?: string): TrustPolicyFile {
  return new TrustPolicyFile(state.trustPolicy, loadPublicKey(state.officer), highestVersionFile);
}

function policyOf(version: number, organisation = 'Acme'): TrustPolicy {
  return {
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation,
    version,
    issuedAt: '2026-03-01T10:00:00.000Z',
    log: { origin: 'acme.example/log', vkey: 'log' },
    witnesses: { quorum: 1, vkeys: ['witness'] },
    principals: [{ name: 'server', role: 'server', group: 'server', publicKey: loadPublicKey(state.officer) }],
    quorum: {},
    ...withoutLogin,
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutModels,
  };
}

async function place(policy: TrustPolicy): Promise<void> {
  placeTrustPolicy(
    state.trustPolicy,
    policy.version,
    await signTrustPolicy(loadSigner(state.officer, OFFICER), policy),
  );
}

test('a new policy is followed while the process runs, and the old one is found by its digest', async () => {
  const first = file.current();
  expect(file.current()).toBe(first);
  await place(policyOf(2));
  const second = file.current();
  expect(second.policy.version).toBe(2);
  expect(file.known(first.digest)).toEqual(first);
  expect(file.known(second.digest)).toBe(second);
  expect(file.known(trustPolicyDigest(policyOf(3)))).toBeUndefined();
  expect(file.versions()).toEqual([2, 1]);
});

test('an older policy that is put back is refused, whoever signed it', async () => {
  await place(policyOf(2));
  expect(file.current().policy.version).toBe(2);
  writeFileSync(state.trustPolicy, readFileSync(historyFile(state.trustPolicy, 1)));
  expect(() => file.current()).toThrow(expect.objectContaining({ code: 'trust-policy-stale' }));
});

test('after a restart the highest version is still known, where it is kept', async () => {
  const memory = join(state.root, 'trust-policy-version');
  await place(policyOf(2));
  expect(open(memory).current().policy.version).toBe(2);
  writeFileSync(state.trustPolicy, readFileSync(historyFile(state.trustPolicy, 1)));
  expect(open().current().policy.version).toBe(1);
  expect(() => open(memory).current()).toThrow(expect.objectContaining({ code: 'trust-policy-stale' }));
  writeFileSync(memory, 'garbage');
  expect(() => open(memory)).toThrow(expect.objectContaining({ code: 'trust-policy-stale' }));
});

test('two policies of one version are one too many', async () => {
  file.current();
  await place(policyOf(1, 'Others'));
  expect(() => file.current()).toThrow(expect.objectContaining({ code: 'trust-policy-stale' }));
});

test('bytes that were changed in place, without another size and with the old time set back, are read again', () => {
  file.current();
  const { atime, mtime } = statSync(state.trustPolicy);
  const text = readFileSync(state.trustPolicy, 'utf8');
  writeFileSync(state.trustPolicy, text.replace('"sig":"', '"sig":"A').replace(/.(?="\}\])/, ''));
  expect(statSync(state.trustPolicy).size).toBe(Buffer.byteLength(text));
  utimesSync(state.trustPolicy, atime, mtime);
  expect(() => file.current()).toThrow(expect.objectContaining({ code: 'trust-policy-invalid' }));
});

test('no link and no endless file is followed', () => {
  const elsewhere = join(state.root, 'elsewhere.json');
  renameSync(state.trustPolicy, elsewhere);
  symlinkSync(elsewhere, state.trustPolicy);
  expect(() => open().current()).toThrow(expect.objectContaining({ code: 'trust-policy-invalid' }));
  rmSync(state.trustPolicy);
  writeFileSync(state.trustPolicy, Buffer.alloc(300_000, 32));
  expect(() => open().current()).toThrow(expect.objectContaining({ code: 'trust-policy-invalid' }));
});

test('the history is only what was in force: nothing newer, and no file that is another version', async () => {
  const signer = loadSigner(state.officer, OFFICER);
  writeFileSync(historyFile(state.trustPolicy, 9), await signTrustPolicy(signer, policyOf(9)));
  expect(file.known(trustPolicyDigest(policyOf(9)))).toBeUndefined();
  await place(policyOf(5));
  writeFileSync(historyFile(state.trustPolicy, 3), await signTrustPolicy(signer, policyOf(4)));
  expect(file.version(3)).toBeUndefined();
  expect(file.version(1)?.policy.version).toBe(1);
});
