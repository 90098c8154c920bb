import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { publicKeyFromRaw, rawPublicKey, signatureHolds } from '@duovir/protocol';
import { externalSigner, type ExternalSignerOptions, type OwnedSigner } from './external-signer.ts';
import { makeSigningProgram, sessionWith, type SigningProgram } from './signing-program.fixture.ts';

const opened: OwnedSigner[] = [];
afterEach(() => {
  for (const signer of opened.splice(0)) signer.close();
});

function open(program: SigningProgram, options: Partial<ExternalSignerOptions> = {}): OwnedSigner {
  const { command, publicKey } = program;
  const common = { principal: 'witness', mode: 'once', timeoutMs: 10_000, environment: {} } as const;
  const signer = externalSigner({ ...common, command, publicKey, ...options });
  opened.push(signer);
  return signer;
}

const bytes = Buffer.from('a statement');
const failed = { code: 'signer-failed', consequence: 'retry' };
const logins = ({ folder }: SigningProgram): number => readFileSync(join(folder, 'logins'), 'utf8').length;

test('a program signs once, and its signature is one of the enrolled key', async () => {
  const program = makeSigningProgram();
  const signature = await open(program).sign(bytes);
  expect(signatureHolds(publicKeyFromRaw(program.publicKey), bytes, signature)).toBe(true);
});

test('a session needs one login for many signatures, also at once', async () => {
  const program = makeSigningProgram(sessionWith());
  const signer = open(program, { mode: 'session' });
  await Promise.all(Array.from({ length: 50 }, (_, at) => signer.sign(Buffer.from(`statement ${at}`))));
  expect(logins(program)).toBe(1);
});

test('a session that dies is started again, and what it was asked is asked anew', async () => {
  const program = makeSigningProgram(sessionWith("if (count === 3) process.kill(process.pid, 'SIGKILL');"));
  const signer = open(program, { mode: 'session' });
  for (let at = 0; at < 5; at += 1) await signer.sign(Buffer.from(`statement ${at}`));
  expect(logins(program)).toBe(3);
});

test('answers in another order reach whoever asked', async () => {
  const program = makeSigningProgram(
    `const held = []; const flush = () => { for (const give of held.splice(0).reverse()) give(); };
     ${sessionWith(`held.push(() => answer({ id, signature: sign(null, Buffer.from(bytes, 'base64'), key).toString('base64') }));
       if (held.length === 3) flush();
       return;`)}`,
  );
  const signer = open(program, { mode: 'session' });
  await Promise.all(['a', 'b', 'c'].map((text) => signer.sign(Buffer.from(text))));
});

test.each([
  ['says nothing', ''],
  ['says something else', "process.stdout.write('no');"],
  ['says more than a signature', "process.stdout.write('A'.repeat(1_000_000)); setInterval(() => {}, 1000);"],
  ['fails', "throw new Error('locked');"],
  ['gives base64 with another end', "process.stdout.write('A'.repeat(88));"],
  ['never ends', 'setInterval(() => {}, 1000);'],
])('a program that %s has signed nothing', async (_, body) => {
  await expect(open(makeSigningProgram(body), { timeoutMs: 2000 }).sign(bytes)).rejects.toMatchObject(failed);
});

test.each([
  ['says what is no JSON', "process.stdout.write('no\\n'); return;"],
  ['says an endless line', "process.stdout.write('A'.repeat(1_000_000)); return;"],
  ['answers what nobody asked', "answer({ id: '99', signature: 'x' }); return;"],
  ['adds a field', "answer({ id, signature: 'x', also: 1 }); return;"],
  ['refuses', "answer({ id, error: 'the token is locked' }); return;"],
  ['is silent', 'return;'],
  ['dies at every question', 'process.exit(1);'],
])('a session that %s has signed nothing', async (_, hook) => {
  const signer = open(makeSigningProgram(sessionWith(hook)), { mode: 'session', timeoutMs: 1500 });
  await expect(signer.sign(bytes)).rejects.toMatchObject(failed);
});

test('Invariant 6: a signature of another key is thrown away', async () => {
  const other = rawPublicKey(generateKeyPairSync('ed25519').publicKey).toString('base64');
  const unverified = { code: 'signer-unverified', consequence: 'refuse' };
  await expect(open(makeSigningProgram(), { publicKey: other }).sign(bytes)).rejects.toMatchObject(unverified);
  const session = open(makeSigningProgram(sessionWith()), { publicKey: other, mode: 'session' });
  await expect(session.sign(bytes)).rejects.toMatchObject(unverified);
});

test.each(['once', 'session'] as const)('a program that is not there is named (%s)', async (mode) => {
  const signer = open({ ...makeSigningProgram(), command: ['/nowhere/signer'] }, { mode, timeoutMs: 500 });
  await expect(signer.sign(bytes)).rejects.toMatchObject({
    ...failed,
    message: expect.stringContaining('/nowhere/signer'),
  });
});

test('nothing of our environment reaches the program', async () => {
  process.env['DUOVIR_TEST_SECRET'] = 'do-not-inherit';
  const program = makeSigningProgram(
    `writeFileSync(new URL('./environment', import.meta.url), JSON.stringify(process.env));
     process.stdout.write(sign(null, readFileSync(0), key).toString('base64'));`,
  );
  await open(program, { environment: { VAULT_ADDR: 'http://127.0.0.1:8200' } }).sign(bytes);
  delete process.env['DUOVIR_TEST_SECRET'];
  expect(JSON.parse(readFileSync(join(program.folder, 'environment'), 'utf8'))).toEqual({
    VAULT_ADDR: 'http://127.0.0.1:8200',
  });
});

test('a session ends when it is closed, and signs nothing afterwards', async () => {
  const program = makeSigningProgram(
    `process.stdin.on('end', () => writeFileSync(new URL('./ended', import.meta.url), ''));${sessionWith()}`,
  );
  const signer = open(program, { mode: 'session' });
  await signer.sign(bytes);
  signer.close();
  await expect(signer.sign(bytes)).rejects.toMatchObject(failed);
  await expect.poll(() => existsSync(join(program.folder, 'ended'))).toBe(true);
});
