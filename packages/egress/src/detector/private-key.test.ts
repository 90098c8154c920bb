import { expect, it } from 'vitest';
import { chance } from './chance.fixture.ts';
import { privateKeysIn } from './private-key.ts';
import { randomStringsIn } from './random-string.ts';

const lines = Array.from({ length: 6 }, (_, seed) => chance(seed).key(64));
const begin = `-----BEGIN RSA ${'PRIVATE KEY'}-----`;
const end = `-----END RSA ${'PRIVATE KEY'}-----`;
const found = (text: string) => privateKeysIn(text).map((span) => text.slice(span.start, span.end));

it('finds a key with all its lines', () => {
  const key = [begin, ...lines, end].join('\n');
  expect(found(`before\n${key}\nafter`)).toEqual([key]);
});

it('finds a key whose end is missing, up to where lines are no longer part of it', () => {
  const key = `${[begin, ...lines].join('\n')}\n`;
  expect(found(`${key}and then the words go on as words do`)).toEqual([key]);
});

it('finds a key in literals of a program and on one line with escapes', () => {
  const literal = `"${begin}\\n" +\n${lines.map((line) => `  "${line}\\n" +`).join('\n')}\n  "${end}\\n"`;
  expect(found(literal)).toEqual([literal.slice(1, -3)]);
  const escaped = [begin, ...lines, end].join('\\n');
  expect(found(`{"key":"${escaped}"}`)).toEqual([escaped]);
});

it('finds a key in base64, and of PuTTY', () => {
  const encoded = Buffer.from([`-----BEGIN ${'PRIVATE KEY'}-----`, ...lines].join('\n')).toString('base64');
  expect(found(`key: ${encoded}`)).toEqual([encoded]);
  const putty = `PuTTY-User-Key-File-2: ssh-rsa\n${lines.join('\n')}\nPrivate-MAC: ${chance(9).hex(40)}`;
  expect(found(putty)).toEqual([putty]);
});

it('finds a key whose first line is cut off', () => {
  const key = [...lines.slice(2), end].join('\n');
  expect(found(`the last lines of the file:\n${key}\n`)).toEqual([key]);
});

it('takes an example with dots for none', () => {
  expect(found(`${begin}\n...\n${end}`)).toEqual([]);
});

it('leaves certificates and public keys to be read', () => {
  const certificate = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
  expect(randomStringsIn(certificate)).toEqual([]);
  expect(randomStringsIn(certificate.slice(0, -30))).toEqual([]);
  expect(randomStringsIn(certificate.slice(certificate.indexOf('\n') + 1))).toEqual([]);
  expect(randomStringsIn(`ssh-rsa ${lines.join('')}`)).toEqual([]);
  expect(randomStringsIn(lines.join('\n'))).toHaveLength(lines.length);
});
