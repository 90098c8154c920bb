import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Concealment } from './concealment.ts';
import type { OpenedValue } from './open-restorations.ts';
import { issue } from './opened.fixture.ts';

const secret = issue('secret', 'p/ss wörd+"7"');
const token = issue('secret', 'correct-horse-battery-staple', 2);
const host = issue('host', 'db1.corp.internal');
const address = issue('ip', '10.0.0.1');
const table = issue('table', '"Customer Orders"');
const column = issue('column', 'id');
const all = [secret, token, host, address, table, column];
const { conceal } = new Concealment(all);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each<[string, string]>([
  ['as it is', token.value],
  ['in the middle of a word', `x${token.value}y`],
  ['as JSON writes it', JSON.stringify({ password: secret.value })],
  ['as JSON in ASCII', '"p/ss w\\u00f6rd+\\"7\\""'],
  ['in a URL', `redis://:${encodeURIComponent(secret.value)}@127.0.0.1`],
  ['in a form', `password=${encodeURIComponent(secret.value).replaceAll('%20', '+')}`],
  ['in hex', Buffer.from(token.value).toString('hex')],
  ...['', 'u', 'us', 'user:'].map((before): [string, string] => [
    `in base64 after ${before.length} bytes`,
    base64(`${before}${token.value}`),
  ]),
])('a secret is concealed %s', (_, text) => {
  const shown = conceal(text);
  expect(shown).toMatch(/ZQX_SECRET_[12]_[0-9A-F]{8}/);
  expect(shown).not.toContain('horse');
  // At most what shares a base64 character with its neighbours is left of it.
  expect(shown.replaceAll(/ZQX_SECRET_[12]_[0-9A-F]{8}/g, '').length).toBeLessThan(45);
});

test('names and addresses are concealed as words of their own only', () => {
  expect(conceal('id | identity | id_card | (id)')).toBe(
    `${column.placeholder} | identity | id_card | (${column.placeholder})`,
  );
  expect(conceal('10.0.0.1:5432 10.0.0.11 110.0.0.1 10.0.0.1.5 10.0.0.1.')).toBe(
    `${address.placeholder}:5432 10.0.0.11 110.0.0.1 10.0.0.1.5 ${address.placeholder}.`,
  );
  expect(conceal('db1.corp.internal my-db1.corp.internal')).toBe(`${host.placeholder} my-db1.corp.internal`);
  expect(conceal('ID and Id')).toBe('ID and Id');
  const mixed = issue('table', 'LegacyInvoices');
  expect(new Concealment([mixed]).conceal('LegacyInvoices legacyinvoices')).toBe(
    `${mixed.placeholder} ${mixed.placeholder}`,
  );
  expect(conceal('Customer Orders, "Customer Orders"')).toBe(`${table.placeholder}, ${table.placeholder}`);
});

test('each line of a key is concealed, and a secret whose printing was cut off', () => {
  const key = issue('key', `${'A'.repeat(20)}\n${'B'.repeat(20)}\n`);
  const only = new Concealment([key]);
  expect(only.conceal(`| ${'A'.repeat(20)}\r\n| ${'B'.repeat(20)}`)).toBe(
    `| ${key.placeholder}\r\n| ${key.placeholder}`,
  );
  expect(conceal('password: correct-horse-batt')).toBe(`password: ${token.placeholder}`);
  expect(conceal('password: corre')).toBe('password: corre');
});

const glue = fc.string({ unit: fc.constantFrom('\n', ' ', '=', '(', '[', '|', '<', '…', '🙂'), maxLength: 6 });
const part = fc.tuple(
  glue.map((text) => ` ${text}`),
  fc.constantFrom(...all),
);
const said = fc.array(part, { maxLength: 20 });
const join = (parts: [string, OpenedValue][], show: (opened: OpenedValue) => string): string =>
  `${parts.map(([before, opened]) => before + show(opened)).join('')} `;

test('what was restored is shown as it was before', () => {
  fc.assert(
    fc.property(said, (parts) => {
      expect(conceal(join(parts, ({ value }) => value))).toBe(join(parts, ({ placeholder }) => placeholder));
    }),
    { numRuns: 3000 },
  );
});

test('a stream is concealed like the whole text, wherever it is cut', () => {
  fc.assert(
    fc.property(said, fc.array(fc.nat(2000), { maxLength: 30 }), (parts, cuts) => {
      const bytes = Buffer.from(join(parts, ({ value }) => value));
      const stream = new Concealment(all).stream();
      const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((left, right) => left - right), bytes.length];
      let from = 0;
      const shown = ends.map((end) => {
        const piece = stream.write(bytes.subarray(from, end));
        from = end;
        return piece;
      });
      expect(Buffer.concat([...shown, stream.end()]).toString()).toBe(join(parts, ({ placeholder }) => placeholder));
    }),
    { numRuns: 5000 },
  );
});

test('with nothing to conceal, bytes pass as they are', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41]);
  expect(new Concealment().stream().write(bytes)).toEqual(bytes);
});

test('a quarter megabyte that nearly is a secret, against hundreds of values, takes well under a second', () => {
  const many = new Concealment(
    Array.from({ length: 300 }, (_, index) => issue('secret', `aaaaaaaaaaaaaaaaaaaaaaaa${index}b`, index)),
  );
  const start = performance.now();
  many.conceal('a'.repeat(262_144));
  // Guards against quadratic work, on machines that are busy.
  expect(performance.now() - start).toBeLessThan(4000);
});
