import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScrubber } from '../scrubber/scrubber.ts';
import { RegisteredValues } from './registered-values.ts';

const value = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_/+=-]{8,64}$/),
  fc.stringMatching(/^[A-Za-z0-9]{6,20}[ '"$&<>%\\`!#][A-Za-z0-9]{6,20}$/),
  fc.string({ unit: 'grapheme', minLength: 12, maxLength: 40 }).filter((text) => text.isWellFormed()),
);

/** What programs make of a value they were given, each by the tool's own means. */
const wrappings: readonly (readonly [string, (text: string, before: string) => string])[] = [
  ['plain', (text, before) => `${before}${text} `],
  ['JSON', (text, before) => JSON.stringify({ [before]: text })],
  ['JSON in JSON', (text, before) => JSON.stringify({ body: JSON.stringify({ [before]: text }) })],
  ['URL', (text, before) => `https://host/?${encodeURIComponent(before)}=${encodeURIComponent(text)}&b=c`],
  ['form', (text, before) => new URLSearchParams({ [before]: text }).toString()],
  ['hex', (text, before) => Buffer.from(before + text).toString('hex')],
  [
    'upper-case hex',
    (text, before) =>
      Buffer.from(before + text)
        .toString('hex')
        .toUpperCase(),
  ],
  ['base64', (text, before) => Buffer.from(`${before}${text}tail`).toString('base64')],
  ['base64url', (text, before) => Buffer.from(`${before}${text}tail`).toString('base64url')],
  ['single-quoted shell', (text, before) => `${before}='${text.replaceAll("'", String.raw`'\''`)}'`],
  ['double-quoted shell', (text, before) => `${before}="${text.replaceAll(/["$\\`]/g, String.raw`\$&`)}"`],
  ['SQL', (text, before) => `alter role ${before} password '${text.replaceAll("'", "''")}'`],
];

/** application/x-www-form-urlencoded escapes a few more characters than URLs do; those forms are not promised. */
const promised = (name: string, text: string): boolean => name !== 'form' || /^[\w .-]*$/.test(text);

test.each(wrappings)('a registered value is found as %s, whatever surrounds it', (name, wrap) => {
  fc.assert(
    fc.property(value, fc.stringMatching(/^[a-z ]{0,7}$/), (text, before) => {
      fc.pre(promised(name, text));
      const registered = new RegisteredValues();
      registered.register('vault/db', text);
      const spans = registered.find(wrap(text, before));
      expect(spans.map(({ label }) => label)).toContain('vault/db');
    }),
    { numRuns: 300 },
  );
});

test('nothing is found where nothing was registered', () => {
  const registered = new RegisteredValues();
  expect(registered.find('anything at all')).toEqual([]);
  registered.register('vault/db', 'correct horse battery');
  expect(registered.find('correct horse batterz, and hex 636f7272656374')).toEqual([]);
});

test('a value too short to guard is refused, without showing it', () => {
  const registered = new RegisteredValues();
  expect(() => registered.register('vault/pin', 'hunter2')).toThrow('vault/pin');
  expect(() => registered.register('vault/pin', 'hunter2')).not.toThrow('hunter2');
});

test('a value that begins with another is removed whole', () => {
  const registered = new RegisteredValues();
  registered.register('short', 'abcdefgh');
  registered.register('long', 'abcdefghijkl');
  expect(createScrubber(registered).scrub('x abcdefghijkl y')).toBe('x [removed: long] y');
});

test('a megabyte of log takes a fraction of a second with a thousand values', () => {
  const registered = new RegisteredValues();
  for (let index = 0; index < 1000; index += 1) registered.register(`v/${index}`, `Value-${index * 7919}-${index}`);
  const line = '2026-01-01T00:00:00Z INFO checkpoint complete: wrote 44 buffers (0.3%); Value-x sync=0.001 s\n';
  const text = line.repeat(Math.ceil(1_048_576 / line.length));
  const start = performance.now();
  expect(registered.find(text)).toEqual([]);
  // Ten times slower than measured: this guards against a quadratic step, not against a busy machine.
  expect(performance.now() - start).toBeLessThan(1000);
});
