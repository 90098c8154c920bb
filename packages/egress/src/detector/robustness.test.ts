import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chance } from './chance.fixture.ts';
import { detect } from './detect.ts';

const PARTS = [
  'password',
  ' = ',
  '"',
  "'",
  ': ',
  '\n',
  'token',
  '(',
  '${',
  '}',
  '://',
  '@',
  'a1B2c3D4e5',
  '-----BEGIN ',
  '`',
  '=>',
  'kind: Secret',
  'eyJ',
  '.',
  '\\',
  '\uD800',
  'PRIVATE KEY-----',
  'data:\n',
  '  ',
  '4111',
  '--',
  'sk-',
  '<',
  '>',
  '\uE000',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 }).map((units) => String.fromCharCode(...units)),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 60 }).map((parts) => parts.join('')),
);

describe('any text', () => {
  it('is read without an error, and findings lie in it, in order and apart', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let before = 0;
        for (const { start, end } of detect(text)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives the same findings a second time: no state is left behind', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(detect(text)).toEqual(detect(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a line with a secret', () => {
  const line = `  password: ${chance(1).key(24)}`;
  const [own] = detect(line);

  it('shows it between any other lines', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z ,.]{0,40}$/), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const head = [...before, ''].join('\n');
        const text = `${head}${line}\n${after.join('\n')}`;
        expect(detect(text)).toContainEqual({
          ...own,
          start: head.length + (own?.start ?? 0),
          end: head.length + (own?.end ?? 0),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('shows it however much stands before and after', () => {
    for (const length of [1_000, 16_384, 40_000]) {
      const head = `${'- a log line that says nothing\n'.repeat(length / 30)}`;
      const findings = detect(`${head}${line}\n${head}`);
      expect(findings).toHaveLength(1);
      expect(findings[0]?.start).toBe(head.length + (own?.start ?? 0));
    }
  });
});

/** Texts that are slow for patterns that try again: each is read in time that grows with its length and no faster. */
const HOSTILE: Readonly<Record<string, string>> = {
  letters: 'a',
  'equal signs': '=',
  quotes: '"',
  backslashes: '\\',
  spaces: ' ',
  'line ends': '\n',
  dashes: '-',
  'less-than signs': '<',
  digits: '1',
  'card groups': '4111 ',
  assignments: 'password=',
  'open quotes': 'password="',
  names: 'key ',
  'weak names': '\nkey=key=key=',
  underscores: 'a_',
  labels: 'a.',
  'open URLs': '://a:',
  'at signs': 'a@',
  'begin lines': '-----BEGIN RSA PRIVATE KEY-----\n',
  'certificate lines': '-----BEGIN CERTIFICATE-----',
  tokens: 'eyJ.eyJ',
  'token heads': 'eyJeyJeyJ',
  curl: 'curl ',
  'named values': 'name: ',
  'provider names': 'adobe=asana:heroku,key ',
  base64: 'QUJD',
  secrets: 'kind: secret\ndata:\n',
  'JSON secrets': 'kind:secret"data":{',
  cookies: 'cookie: a=',
  headers: 'authorization: ',
  calls: 'login("',
  hashes: '$2a$',
  defaults: 'password default ',
  hosts: 'host=a.b\n',
};
const HOSTILE_LENGTH = 200_000;
/** Some 100 ms on an idle machine; a pattern that tries again needs minutes. */
const BOUND_MS = 8_000;

describe('hostile texts are read in bounded time:', () => {
  it.each(Object.keys(HOSTILE))('%s', (name) => {
    const unit = HOSTILE[name] ?? '';
    const text = unit.repeat(Math.ceil(HOSTILE_LENGTH / unit.length));
    const started = performance.now();
    detect(text);
    expect(performance.now() - started).toBeLessThan(BOUND_MS);
  });
});
