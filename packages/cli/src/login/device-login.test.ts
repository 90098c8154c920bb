import { mkdtempSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDeviceIssuer, AUDIENCE, CLIENT, type DeviceIssuer } from './device-issuer.fixture.ts';
import { logInByDevice } from './device-login.ts';
import { keepLogin, readLogin } from './login-file.ts';

let issuer: DeviceIssuer;
beforeAll(async () => {
  issuer = await startDeviceIssuer();
});
afterAll(() => issuer.close());

const never = new AbortController().signal;
const loginAt = ({ url }: DeviceIssuer): { issuer: string; clientId: string; audience: string } => ({
  issuer: url,
  clientId: CLIENT,
  audience: AUDIENCE,
});

test('a code that is confirmed in a browser becomes an access token for the API', async () => {
  let confirmed: Promise<void> | undefined;
  const { subject, accessToken, seconds } = await logInByDevice(
    loginAt(issuer),
    ({ place, code }) => {
      expect(code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
      confirmed = issuer.confirm(place, 'subject-of-ann');
    },
    never,
  );
  await confirmed;
  expect(subject).toBe('subject-of-ann');
  expect(seconds).toBe(600);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ iss: issuer.url, aud: AUDIENCE, sub: 'subject-of-ann' });
});

test('Ctrl-C ends the waiting', async () => {
  const interrupt = new AbortController();
  const login = logInByDevice(loginAt(issuer), () => interrupt.abort(new Error('interrupted')), interrupt.signal);
  await expect(login).rejects.toThrow('interrupted');
});

test('an issuer without login by code is named, and so is what to do instead', async () => {
  const other = await startDeviceIssuer({ offersDevice: false });
  await expect(logInByDevice(loginAt(other), () => undefined, never)).rejects.toMatchObject({
    code: 'refused',
    remedy: expect.stringContaining('console'),
  });
  await other.close();
});

test('an issuer that does not answer is named', async () => {
  const login = { ...loginAt(issuer), issuer: 'http://127.0.0.1:1' };
  await expect(logInByDevice(login, () => undefined, never)).rejects.toMatchObject({ code: 'not-up' });
});

test('a login is kept for its owner alone, and forgotten when it has ended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-login-'));
  const now = new Date('2026-03-01T10:00:00.000Z');
  expect(readLogin(folder, now)).toBeUndefined();
  keepLogin(folder, { accessToken: 'an access token', expiresAt: '2026-03-01T10:10:00.000Z' });
  expect(statSync(join(folder, 'login.json')).mode & 0o777).toBe(0o600);
  expect(readLogin(folder, now)).toBe('an access token');
  expect(readLogin(folder, new Date('2026-03-01T10:10:00.000Z'))).toBeUndefined();
});

test('a login that others can read is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-login-'));
  const path = join(folder, 'login.json');
  writeFileSync(path, '{"accessToken":"a","expiresAt":"2026-03-01T10:10:00.000Z"}');
  chmodSync(path, 0o644);
  expect(() => readLogin(folder, new Date(0))).toThrow(/Others can read/);
});
