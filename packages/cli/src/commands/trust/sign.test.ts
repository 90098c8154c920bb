import { chmodSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKey, loadPublicKey, openTrustPolicy } from '@duovir/principal';
import { Desk } from '../../trust/trust.fixture.ts';

let desk: Desk;
let draft: string;
let out: string;
beforeEach(async () => {
  desk = await Desk.open();
  draft = await desk.draft(() => ({ organisation: 'Acme' }));
  out = desk.path('signed.json');
});
afterEach(() => rmSync(desk.folder, { recursive: true, force: true }));

/** A signer as an HSM would have: it reads its key from a place that Duovir is not told. */
function signer(key: string, answer = 'sign(null, bytes, key).toString("base64")'): string[] {
  const program = desk.write(
    'signer.mjs',
    `import { createPrivateKey, sign } from 'node:crypto';
     import { readFileSync } from 'node:fs';
     const key = createPrivateKey(readFileSync(process.argv[2]));
     const bytes = readFileSync(0);
     process.stdout.write(${answer});`,
  );
  return ['--signer', process.execPath, '--signer-argument', program, '--signer-argument', key];
}

const officerKey = (): string => join(desk.state.officer, 'key.pem');
const signed = (): ReturnType<typeof openTrustPolicy> =>
  openTrustPolicy(readFileSync(out, 'utf8'), loadPublicKey(desk.state.officer));

test('version, time and predecessor are filled in, and the signature holds', async () => {
  const inForce = JSON.parse((await desk.trust('show', '--json')).said) as { digest: string };
  expect((await desk.trust('sign', draft, '--out', out)).code).toBe('ok');
  expect(signed().policy).toMatchObject({
    organisation: 'Acme',
    version: 2,
    issuedAt: '2026-03-01T10:00:00.000Z',
    supersedes: { digest: inForce.digest, decidedUntil: '2026-03-02T10:00:00.000Z' },
  });
  expect((await desk.trust('diff', out)).said).toMatch(/organisation\s+~ organisation\s+Local installation → Acme/);
});

test('what the document says about them is kept', async () => {
  const given = { version: 7, issuedAt: '2026-02-27T00:00:00.000Z' };
  await desk.trust('sign', await desk.draft(() => given), '--out', out);
  expect(signed().policy).toMatchObject(given);
});

test('a program signs in the place of a key, and is told no more than the bytes', async () => {
  const elsewhere = desk.path('hsm.pem');
  renameSync(officerKey(), elsewhere);
  expect((await desk.trust('sign', draft, '--out', out, ...signer(elsewhere))).code).toBe('ok');
  expect(signed().policy.organisation).toBe('Acme');
});

test('a key on another medium signs, unless others can read it', async () => {
  const medium = desk.path('officer.pem');
  renameSync(officerKey(), medium);
  chmodSync(medium, 0o644);
  await expect(desk.trust('sign', draft, '--out', out, '--key', medium)).rejects.toMatchObject({
    code: 'key-file-permissions',
  });
  chmodSync(medium, 0o600);
  expect((await desk.trust('sign', draft, '--out', out, '--key', medium)).code).toBe('ok');
});

test('a signature of another key is thrown away, whoever made it', async () => {
  createKey(desk.path('mallory'));
  const key = join(desk.path('mallory'), 'key.pem');
  expect(await desk.trust('sign', draft, '--out', out, ...signer(key))).toMatchObject({ code: 'unverified' });
  expect(await desk.trust('sign', draft, '--out', out, '--key', key)).toMatchObject({ code: 'unverified' });
  expect(() => signed()).toThrow(/ENOENT/);
});

test.each([
  ['says nothing', '""'],
  ['says something else', '"no"'],
  ['says more than a signature', '"A".repeat(1_000_000)'],
  ['fails', '(() => { throw new Error("locked"); })()'],
])('a program that %s has signed nothing', async (_, answer) => {
  expect(await desk.trust('sign', draft, '--out', out, ...signer(officerKey(), answer))).toMatchObject({
    code: 'refused',
  });
});

test('a program that is not there is named', async () => {
  const missing = ['--signer', desk.path('missing')];
  expect(await desk.trust('sign', draft, '--out', out, ...missing)).toMatchObject({ code: 'refused' });
});

test('no shell reads the name of a program or its arguments', async () => {
  const program = desk.path('signer; touch pwned');
  copyFileSync(process.execPath, program);
  const words = signer(officerKey()).map((word) => (word === process.execPath ? program : word));
  expect((await desk.trust('sign', draft, '--out', out, ...words)).code).toBe('ok');
});

test('warnings have to be accepted, errors cannot be', async () => {
  const warned = await desk.draft(() => ({ requests: { signedFrom: 'R2' } }));
  expect(await desk.trust('sign', warned, '--out', out)).toMatchObject({
    code: 'trust-unsound',
    errors: expect.stringContaining('requests.unsigned'),
  });
  expect((await desk.trust('sign', warned, '--out', out, '--force-warnings')).code).toBe('ok');
  rmSync(out);
  const wrong = await desk.draft(({ quorum: { R1: _R1, ...quorum } }) => ({ quorum }));
  expect((await desk.trust('sign', wrong, '--out', out, '--force-warnings')).code).toBe('trust-unsound');
});

test('nothing is written over', async () => {
  writeFileSync(out, 'mine');
  expect((await desk.trust('sign', draft, '--out', out)).code).toBe('usage');
  expect(readFileSync(out, 'utf8')).toBe('mine');
});
