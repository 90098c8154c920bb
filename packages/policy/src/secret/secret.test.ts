import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secretsIn } from './secret.ts';

const found = (text: string) => secretsIn(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);
/** Fixtures are put together here, so that scanners of this repository see no token. */
const joined = (...parts: string[]) => parts.join('');

test.each([
  ['password=hunter22;', 'password', 'hunter22'],
  ['"db_password": "x"; "password": "p4ss word"', 'password', 'p4ss'],
  ['DB_PASSWORD=hunter22', 'password', 'hunter22'],
  ['client_secret: abcd1234', 'password', 'abcd1234'],
  ["alter role a password 'hunter22'", 'password', 'hunter22'],
  ['requirepass foobared', 'password', 'foobared'],
  ['PGPASSWORD=x psql', 'password', 'x'],
  ['redis-cli --pass hunter22', 'password', 'hunter22'],
  ['Authorization: Bearer abcdefgh123', 'credential', 'abcdefgh123'],
  ['postgres://app:s3cr3t@host/db', 'credential', 's3cr3t'],
  [joined('AKIA', 'ABCDEFGHIJKLMNOP'), 'credential', joined('AKIA', 'ABCDEFGHIJKLMNOP')],
  [joined('ghp_', 'a'.repeat(36)), 'credential', joined('ghp_', 'a'.repeat(36))],
  ['pay with 4111-1111-1111-1111 now', 'card-number', '4111-1111-1111-1111'],
  ['378282246310005', 'card-number', '378282246310005'],
])('%s shows a %s', (text, kind, value) => {
  expect(found(text)).toContainEqual([kind, value]);
});

test.each([
  'password=${DB_PASSWORD}',
  'password: {{ vault.password }}',
  'password_encryption = scram-sha-256',
  'proxy_pass http://backends;',
  'keyspace 4111 1111 1111 1112',
  '1767225600000000',
  'sha256:4111111111111111a',
  'http://user@host/',
])('%s shows nothing', (text) => {
  expect(found(text)).toEqual([]);
});

test('a private key is found to its end, or to the end of the text', () => {
  const key = joined('-----BEGIN ', 'PRIVATE KEY-----\nabc\n-----END ', 'PRIVATE KEY-----');
  expect(found(`x ${key} y`)).toEqual([['private-key', key]]);
  expect(found(`x ${key.slice(0, 40)}`)).toEqual([['private-key', key.slice(0, 40)]]);
});

test('spans are in order and do not overlap, whatever the text', () => {
  const part = fc.constantFrom('password=', 'hunter22', '4111111111111111', ' ', '"', '://a:b@', 'token: ', '\n', "'");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      let last = 0;
      for (const { start, end } of secretsIn(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }),
  );
});

test('a quarter megabyte of anything is searched in well under a second', () => {
  const size = 262_144;
  for (const unit of [
    'a',
    '1',
    'password=',
    joined('-----BEGIN ', 'PRIVATE KEY-----'),
    'PuTTY-User-Key-File-2',
    'http://a:',
    '4111 ',
    'eyJ',
    'key="',
    'A:',
    'sk-',
    "'",
  ]) {
    const start = performance.now();
    secretsIn(unit.repeat(size / unit.length));
    // Twenty times what a linear search takes here: this guards against backtracking.
    expect(performance.now() - start).toBeLessThan(2000);
  }
});
