import { expect, test } from 'vitest';
import { exactBytes, isNeverConnected, permittedUrl } from './exact-request.ts';

const permitted = ['https://api.example/v1/messages', 'https://api.example/v1/messages?api-version=v1'];
const post = { method: 'POST' };

test('an address of the model may be asked, however it is written', () => {
  for (const input of ['https://api.example/v1/messages', 'HTTPS://API.example:443/v1/./messages'])
    expect(permittedUrl(input, post, permitted)).toBe(permitted[0]);
  expect(permittedUrl(new URL(permitted[1] ?? ''), post, permitted)).toBe(permitted[1]);
});

test.each([
  'http://api.example/v1/messages',
  'https://api.example:8443/v1/messages',
  'https://api.example.attacker.example/v1/messages',
  'https://api.example@attacker.example/v1/messages',
  'https://user:word@api.example/v1/messages',
  'https://api.example/v1/messages/',
  'https://api.example/v1/messages/../files',
  'https://api.example/v1/messages?key=1',
  'https://api.example/v1/messages#part',
  'https://api.example/v1/messages%00',
])('%s is another address', (url) => {
  expect(() => permittedUrl(url, post, permitted)).toThrow(expect.objectContaining({ code: 'request-unexpected' }));
});

test('only POST, and only an address: a whole request could hide a body', () => {
  const url = permitted[0] ?? '';
  for (const method of ['GET', 'PUT', 'post ', undefined])
    expect(() => permittedUrl(url, method === undefined ? {} : { method }, permitted)).toThrow('another address');
  expect(() => permittedUrl(new Request(url, post), post, permitted)).toThrow('another address');
});

test('text and bytes can be looked at, everything else is refused', () => {
  expect(Buffer.from(exactBytes('{"ž":1}')).toString()).toBe('{"ž":1}');
  const bytes = new Uint8Array([1, 2, 3]);
  const exact = exactBytes(bytes);
  bytes[0] = 9;
  expect([...exact]).toEqual([1, 2, 3]);
  for (const body of [
    undefined,
    null,
    new FormData(),
    new URLSearchParams('a=b'),
    new Blob(['x']),
    new ReadableStream(),
  ])
    expect(() => exactBytes(body)).toThrow(expect.objectContaining({ code: 'request-unexpected' }));
});

test('only a connection that never was is known to have carried nothing', () => {
  const failed = (code: string): TypeError =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  expect(isNeverConnected(failed('ECONNREFUSED'))).toBe(true);
  expect(isNeverConnected(failed('ENOTFOUND'))).toBe(true);
  expect(isNeverConnected(failed('ECONNRESET'))).toBe(false);
  expect(isNeverConnected(failed('UND_ERR_SOCKET'))).toBe(false);
  expect(isNeverConnected(new TypeError('fetch failed'))).toBe(false);
});
