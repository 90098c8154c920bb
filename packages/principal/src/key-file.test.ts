import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publicKeyFromRaw, signatureHolds } from '@duovir/protocol';
import { createKey, loadPublicKey, loadSigner } from './key-file.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'duovir-key-')), 'planner');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

test('a new key is 0600, and what it signs verifies with the published half', async () => {
  const { publicKey } = createKey(folder);
  expect(statSync(join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
  expect(loadPublicKey(folder)).toBe(publicKey);
  const bytes = Buffer.from('a statement');
  const signature = await loadSigner(folder, 'planner').sign(bytes);
  expect(signatureHolds(publicKeyFromRaw(publicKey), bytes, signature)).toBe(true);
  expect(signatureHolds(publicKeyFromRaw(publicKey), Buffer.from('another'), signature)).toBe(false);
});

test.each([0o640, 0o604, 0o660, 0o644])('a key with mode %o is refused, and the remedy names chmod', (mode) => {
  createKey(folder);
  chmodSync(join(folder, 'key.pem'), mode);
  expect(() => loadSigner(folder, 'planner')).toThrow(
    expect.objectContaining({ code: 'key-file-permissions', remedy: expect.stringContaining('chmod 600') }),
  );
});

test('a key behind a symbolic link is refused', () => {
  createKey(folder);
  renameSync(join(folder, 'key.pem'), join(folder, 'elsewhere.pem'));
  symlinkSync(join(folder, 'elsewhere.pem'), join(folder, 'key.pem'));
  expect(() => loadSigner(folder, 'planner')).toThrow('ELOOP');
});

test('an existing key is never overwritten, and a missing one is named', () => {
  expect(() => loadSigner(folder, 'planner')).toThrow(expect.objectContaining({ code: 'key-file-missing' }));
  createKey(folder);
  expect(() => createKey(folder)).toThrow('EEXIST');
});
