import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScrubber } from '../scrubber/scrubber.ts';
import { RegisteredValues } from './registered-values.ts';
import { codings, escapes, packings, separated, type Wrapping } from './wrapping.fixture.ts';

const value = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9_/+=-]{8,64}$/),
    fc.stringMatching(/^[A-Za-z0-9]{6,20}[ '"$&<>%\\`!#][A-Za-z0-9]{6,20}$/),
    fc.string({ unit: 'grapheme', minLength: 12, maxLength: 40 }).filter((text) => text.isWellFormed()),
    fc
      .tuple(fc.stringMatching(/^[a-z]{6,9}$/), fc.stringMatching(/^[a-z0-9/+]{20,60}$/))
      .map((lines) => lines.join('\n')),
  )
  .filter((text) => text.replaceAll(/\s/g, '').length >= 8);
const plain: Wrapping = { name: 'plain', wrap: (text) => text };

/** Outside in. Within codings those escapes are promised that tools write one way. */
const oneWay = escapes.filter(({ name }) =>
  ['JSON', 'URL', 'form', 'HTML', 'single-quoted shell', 'double-quoted shell', 'SQL'].includes(name),
);
const nestings: readonly (readonly [Wrapping, Wrapping])[] = [
  ...[plain, ...escapes, ...codings, ...separated, ...packings].map((outer) => [outer, plain] as const),
  ...escapes.flatMap((outer) =>
    [...escapes, ...codings, ...separated, ...packings].map((inner) => [outer, inner] as const),
  ),
  ...codings.flatMap((outer) => [...oneWay, ...codings].map((inner) => [outer, inner] as const)),
  ...packings.flatMap((outer) =>
    [...escapes, ...codings, ...separated, ...packings].map((inner) => [outer, inner] as const),
  ),
];

test(
  'every value is found in every encoding and every encoding of an encoding (30,000 probes)',
  { timeout: 240_000 },
  () => {
    let probes = 0;
    const missed: string[] = [];
    fc.assert(
      fc.property(value, fc.stringMatching(/^[a-z ]{0,7}$/), (text, before) => {
        const registered = new RegisteredValues();
        registered.register('vault/db', text);
        for (const [outer, inner] of nestings) {
          probes += 1;
          const spans = registered.find(`${before} ${outer.wrap(inner.wrap(text))} after`);
          if (!spans.some(({ label }) => label === 'vault/db'))
            missed.push(`${outer.name} of ${inner.name}: ${JSON.stringify(text)}`);
        }
        expect(missed).toEqual([]);
      }),
      { numRuns: Math.ceil(30_000 / nestings.length) },
    );
    expect(probes).toBeGreaterThanOrEqual(30_000);
  },
);

test('nothing is found where nothing was registered', () => {
  const registered = new RegisteredValues();
  expect(registered.find('anything at all')).toEqual([]);
  registered.register('vault/db', 'correct horse battery');
  expect(registered.find('correct horse batterz, and hex 636f7272656374')).toEqual([]);
  expect(registered.find(gzipSync('correct horse').toString('base64'))).toEqual([]);
});

test('a span covers the value as it is written, escapes and folds and all, and no more', () => {
  const registered = new RegisteredValues();
  registered.register('vault/db', 'correct "horse" battery');
  for (const written of [
    'correct "horse" battery',
    String.raw`correct \"horse\" battery`,
    'correct \\u0022horse\\u0022\n      battery',
    'correct%20%22horse%22%20battery',
    'correct &quot;horse&#34; battery',
  ])
    expect(registered.find(`pw=<${written}>`)).toEqual([{ start: 4, end: 4 + written.length, label: 'vault/db' }]);
});

test('a value too short to guard is refused, without showing it', () => {
  const registered = new RegisteredValues();
  for (const short of ['hunter2', 'h u n t e r 2']) {
    expect(() => registered.register('vault/pin', short)).toThrow('vault/pin');
    expect(() => registered.register('vault/pin', short)).not.toThrow(short);
  }
});

test('a value that begins with another is removed whole', () => {
  const registered = new RegisteredValues();
  registered.register('short', 'abcdefgh');
  registered.register('long', 'abcdefghijkl');
  expect(createScrubber(registered).scrub('x abcdefghijkl y')).toBe('x [removed: long] y');
});

test('values that overlap are both found', () => {
  const registered = new RegisteredValues();
  registered.register('left', 'abcdefgh12345678');
  registered.register('right', '12345678ijklmnop');
  expect(createScrubber(registered).scrub('x abcdefgh12345678ijklmnop y')).toBe('x [removed: left] y');
});

test('the bytes of a body are looked at as UTF-8, and refused when they are none', () => {
  const registered = new RegisteredValues();
  registered.register('vault/db', 'pässwörter-überall');
  expect(registered.findInBytes(Buffer.from(JSON.stringify({ a: 'pässwörter-überall' })))).toHaveLength(1);
  expect(() => registered.findInBytes(Uint8Array.of(0xff, 0xfe))).toThrow(
    expect.objectContaining({ code: 'bytes-unreadable' }),
  );
});

test('gzip that nobody can look into is taken for a find: broken, or too much of it', () => {
  const registered = new RegisteredValues();
  registered.register('vault/db', 'correct horse battery');
  const broken = `H4sI${createHash('sha512').update('noise').digest('base64')}`;
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64');
  for (const packed of [broken, bomb])
    expect(registered.find(`a ${packed} b`)).toEqual([
      { start: 2, end: 2 + packed.length, label: 'compressed data that cannot be looked into' },
    ]);
});

test('what has the mark of gzip in it by chance is looked into from its beginning too', () => {
  const registered = new RegisteredValues();
  registered.register('vault/db', 'correct horse battery');
  const marked = Buffer.concat([
    Buffer.from('correct horse battery.'),
    Uint8Array.of(0x1f, 0x8b, 8),
    Buffer.from('after'),
  ]);
  // Stored as it is: what nobody has compressed stands on the same bytes with every version of zlib.
  const packed = deflateRawSync(marked, { level: 0 }).toString('base64');
  expect(packed).toMatch(/.H4sI/);
  expect(registered.find(`key: ${packed}`)).toContainEqual({ start: 5, end: 5 + packed.length, label: 'vault/db' });
});

test('what is cut off in the middle of gzip is found as far as it can be read', () => {
  const registered = new RegisteredValues();
  registered.register('vault/db', 'correct horse battery');
  const packed = gzipSync(`correct horse battery ${createHash('sha512').update('noise').digest('hex')}`);
  expect(registered.find(packed.toString('base64').slice(0, -40))).toEqual([
    expect.objectContaining({ label: 'vault/db' }),
  ]);
});

test.each([
  ['of the beginning of a value', () => 'a'],
  ['of many beginnings', () => 'postgres://a'],
  ['of backslashes', () => '\\'],
  ['of escapes of escapes', () => '\\u005c%255c&amp;#92;+'],
  ['of quotation marks', () => `'\\''`],
  ['of marks of gzip', () => 'H4sI'],
  ['of runs that may be compressed', () => 'qZ1BcDeFgHiJkLmNoPqRsTu '],
  ['of the value itself', () => 'a'.repeat(3000)],
])('a text made %s is read in time linear in its length', (_name, part) => {
  const registered = new RegisteredValues();
  registered.register('all but the last', `${'a'.repeat(3000)}b`);
  registered.register('periodic', 'a'.repeat(2999));
  for (let index = 0; index < 200; index += 1) registered.register('url', `postgres://a${'b'.repeat(index)}`);
  const text = part().repeat(Math.ceil(500_000 / part().length));
  const start = performance.now();
  registered.find(text);
  // Reading such a text once per character would take minutes.
  expect(performance.now() - start).toBeLessThan(5000);
});
