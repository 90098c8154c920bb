import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { publicKeyFromRaw, signatureHolds } from '@duovir/protocol';
import { createKey, LOG_KEY } from './key-file.ts';
import { openLogSigner, openSigner } from './open-signer.ts';
import { makeSigningProgram, type SigningProgram } from './signer/signing-program.fixture.ts';

let folder: string;
let program: SigningProgram;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-own-'));
  program = makeSigningProgram();
});

function name(change: Record<string, unknown> = {}, file = join(folder, 'signer.json'), mode = 0o600): string {
  const { command, publicKey } = program;
  writeFileSync(file, JSON.stringify({ command, publicKey, ...change }), { mode });
  chmodSync(file, mode);
  return file;
}

async function signsWith(publicKey: string, opening: ReturnType<typeof openSigner>): Promise<void> {
  const signer = await opening;
  const bytes = Buffer.from('statement');
  expect(signer.publicKey).toBe(publicKey);
  expect(signatureHolds(publicKeyFromRaw(publicKey), bytes, await signer.sign(bytes))).toBe(true);
  signer.close();
}

test('a key is a file, or a program that signer.json names', async () => {
  const { publicKey } = createKey(folder);
  await signsWith(publicKey, openSigner(folder, 'runner'));
  name();
  await signsWith(program.publicKey, openSigner(folder, 'runner'));
});

test('which of several keys speaks the trust policy says: the one in use, or the next', async () => {
  const { publicKey: own } = createKey(folder);
  const { publicKey: next } = createKey(join(folder, 'next'));
  name({}, join(folder, 'next', 'signer.json'));
  for (const publicKey of [own, next, program.publicKey])
    await signsWith(publicKey, openSigner(folder, 'runner', publicKey));
  const { publicKey: foreign } = createKey(join(folder, 'elsewhere'));
  await expect(openSigner(folder, 'runner', foreign)).rejects.toMatchObject({ code: 'key-foreign' });
});

test('the log has a key of its own, or the server’s', async () => {
  const { publicKey: own } = createKey(folder);
  const { publicKey: log } = createKey(folder, LOG_KEY);
  await signsWith(own, openLogSigner(folder, 'server', own));
  await signsWith(log, openLogSigner(folder, 'server', log));
  name({}, join(folder, 'log-signer.json'));
  await signsWith(program.publicKey, openLogSigner(folder, 'server', program.publicKey));
  // Invariant 2: the key of the log makes no statements.
  await expect(openSigner(folder, 'server', log)).rejects.toMatchObject({ code: 'key-foreign' });
});

test.each([0o640, 0o604, 0o622])('signer.json with mode %o is refused', async (mode) => {
  name({}, join(folder, 'signer.json'), mode);
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'signer-file-permissions' });
});

test('a link in the place of signer.json is refused', async () => {
  const elsewhere = name();
  renameSync(elsewhere, join(folder, 'elsewhere.json'));
  symlinkSync(join(folder, 'elsewhere.json'), elsewhere);
  await expect(openSigner(folder, 'runner')).rejects.toThrow('ELOOP');
});

test('a program that others can exchange is refused', async () => {
  const tool = join(folder, 'tool');
  writeFileSync(tool, '#!/bin/sh\n');
  name({ command: [tool] });
  chmodSync(tool, 0o777);
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'signer-file-permissions' });
  chmodSync(tool, 0o755);
  await expect(openSigner(folder, 'runner')).resolves.toMatchObject({ publicKey: program.publicKey });
  rmSync(tool);
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'signer-file-malformed' });
});

test.each([
  ['no command', { command: [] }],
  ['a name that a PATH would have to find', { command: ['sign'] }],
  ['a PIN among the arguments', { command: ['/usr/bin/pkcs11-tool', '--pin', '1234'] }],
  ['a PIN behind an equals sign', { command: ['/usr/bin/pkcs11-tool', '--so-pin=1234'] }],
  ['a secret in the environment', { environment: { VAULT_TOKEN: 'x' } }],
  ['half a key', { publicKey: 'AAAA' }],
  ['an unknown field', { shell: true }],
])('%s is refused', async (_, change) => {
  name(change);
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'signer-file-malformed' });
});

test('a reference to a secret may be in the environment', async () => {
  name({ environment: { VAULT_TOKEN_FILE: '/run/token' } });
  await expect(openSigner(folder, 'runner')).resolves.toMatchObject({ principal: 'runner' });
});

test('what is no JSON is refused, and a key that is missing is named', async () => {
  const file = name();
  writeFileSync(file, '{');
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'signer-file-malformed' });
  rmSync(file);
  mkdirSync(join(folder, 'next'));
  await expect(openSigner(folder, 'runner')).rejects.toMatchObject({ code: 'key-file-missing' });
});
