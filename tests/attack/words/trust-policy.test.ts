import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const DUOVIR = fileURLToPath(new URL('../../../packages/cli/bin/duovir.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'duovir-words-'));
const state = join(folder, 'state');
/** The default policy as the officer is given it to edit. */
let sound = '';
beforeAll(async () => {
  await duovir('init');
  sound = (await duovir('trust', 'show', '--yaml')).output;
});
afterAll(() => rmSync(folder, { recursive: true }));

function duovir(...parameters: string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [DUOVIR, '--state', state, ...parameters], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: error ? `${stdout}${stderr}` : stdout }),
    );
  });
}

const replaced =
  (from: RegExp | string, to: string) =>
  (text: string): string => {
    if (text.replace(from, to) === text) throw new RangeError(`nothing is like ${String(from)}`);
    return text.replace(from, to);
  };

/** The first rule that asks for a person. */
const PERSON = /\n {4}people: 1\n/;
const keyOf = (text: string, name: string): string => {
  const [, key] = new RegExp(`name: ${name}\\n.*\\n {4}publicKey: (\\S+)`).exec(text) ?? [];
  if (key === undefined) throw new RangeError(name);
  return key;
};

const attacks: readonly (readonly [string, string, (text: string) => string])[] = [
  ['a key twice', 'unique', replaced(PERSON, '\n    people: 1\n    people: 0\n')],
  ['a key twice, once in quotes', 'unique', replaced(PERSON, '\n    people: 1\n    "people": 0\n')],
  ['a key twice, once escaped', 'unique', replaced(PERSON, '\n    people: 1\n    "p\\u0065ople": 0\n')],
  [
    'a rule that is another one by its anchor',
    'anchors',
    (text) => text.replace('  R1:\n', '  R1: &low\n').replace(/ {2}R3:\n(?: {4}.*\n)+/, '  R3: *low\n'),
  ],
  [
    'a rule into which another one is merged',
    'anchors',
    (text) => text.replace('  R1:\n', '  R1: &low\n').replace('  R3:\n', '  R3:\n    <<: *low\n'),
  ],
  ['a tag that makes something else of a value', 'tag', replaced(PERSON, '\n    people: !!int "0"\n')],
  ['a tag of its own', 'tag', replaced('organisation: ', 'organisation: !office ')],
  ['a second document', 'no trust policy', (text) => `${text}---\nquorum: {}\n`],
  ['a number in words', 'people', replaced(PERSON, "\n    people: '1'\n")],
  ['fewer than no people', 'people', replaced(PERSON, '\n    people: -1\n')],
  ['a number that is none', 'people', replaced(PERSON, '\n    people: .nan\n')],
  ['half a person', 'people', replaced(PERSON, '\n    people: 0.5\n')],
  ['a field that nobody reads', 'nrecognized', replaced(PERSON, '\n    people: 0\n    persons: 1\n')],
  ['a field that only looks like one', 'nrecognized', replaced(PERSON, '\n    people: 0\n    pe\u043Eple: 1\n')],
  ['a principal whose name only looks like one', 'lower-case', replaced('name: approver', 'name: \u0430pprover')],
  [
    'a principal whose name has something hidden in it',
    'lower-case',
    replaced('name: approver', 'name: "approver\\u200b"'),
  ],
  ['a full-width name', 'lower-case', replaced('name: approver', 'name: \uFF41pprover')],
  ['the same principal twice', 'are called approver', replaced('name: deputy', 'name: approver')],
  [
    'one key under two names',
    'have the same key',
    (text) => text.replace(keyOf(text, 'reviewer-reliability'), keyOf(text, 'reviewer-security')),
  ],
  ['a prototype', 'nrecognized', (text) => `${text}constructor: {}\n`],
  [
    'an access policy that reads otherwise from right to left',
    'invisible',
    replaced('@id("four-eyes")', '// \u202E@id("four-eyes")\u202C'),
  ],
  [
    'an access policy that forbids somebody who only looks like one',
    'Nobody can be called',
    replaced('forbid (principal,', 'forbid (principal in Duovir::Role::"\u0430pprover",'),
  ],
  ['an access policy that does not parse', 'access', replaced('forbid (principal,', 'forbid principal,')],
  [
    'a quorum of nobody where most is at stake',
    'R3',
    (text) =>
      text.replace(/( {2}R3:\n(?: {4}.*\n)*)/, (rule) =>
        rule.replaceAll(/: \d+\n/g, (count) => (count.length > 4 ? count : ': 0\n')),
      ),
  ],
  ['no rule where most is at stake', 'R3', replaced(/ {2}R3:\n(?: {4}.*\n)+/, '')],
  ['a quorum that nobody can reach', 'R2', replaced(/( {2}R2:\n(?: {4}.*\n)*? {4}reviewers: )\d+/, '$116')],
];

test.concurrent.each(attacks)(
  'Invariant 6: a trust policy with %s is neither sound nor signed: %s',
  async (name, why, change) => {
    const file = join(folder, `${name.replaceAll(/\W/g, '-')}.yaml`);
    const signed = `${file}.json`;
    expect(change(sound)).not.toBe(sound);
    writeFileSync(file, change(sound));
    const refused = await duovir('trust', 'sign', file, '--out', signed, '--force-warnings');
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(why);
    expect(existsSync(signed)).toBe(false);
  },
);

test('a trust policy as it was shown is sound, and signed', async () => {
  const file = join(folder, 'sound.yaml');
  writeFileSync(file, sound);
  const signed = `${file}.json`;
  expect(await duovir('trust', 'check', file)).toMatchObject({ code: 0 });
  expect(await duovir('trust', 'sign', file, '--out', signed, '--force-warnings')).toMatchObject({ code: 0 });
  expect(readFileSync(signed, 'utf8')).toContain('"payload"');
});
