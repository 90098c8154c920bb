import { expect, test } from 'vitest';
import { chance } from './chance.fixture.ts';
import { detect } from './detect.ts';

const found = (...lines: string[]): string[] => {
  const text = lines.join('\n');
  return detect(text).map(({ start, end }) => text.slice(start, end));
};

test.each([
  ['[/inputs/dbPassword] hunter2', 'hunter2'],
  ['[/inputs/dbPassword] correct horse', 'correct horse'],
  ['[/inputs/passwords/0] s3cr3t!', 's3cr3t!'],
  ['[/steps/2/call/with/environment/PGPASSWORD] x7', 'x7'],
  ['[/playbook/inputs/password/default] summer-holiday', 'summer-holiday'],
  ['[/env/0/name] DB_PASSWORD\n[/env/0/value] hunter2', 'hunter2'],
  ['[/argv/0] deploy\n[/argv/1] --password\n[/argv/2] hunter2\n[/argv/3] --verbose', 'hunter2'],
  ['[/x/kind] Secret\n[/x/data/anything] aGVsbG8=\n[/y/data/anything] plain', 'aGVsbG8='],
])('a value of structured data is what its pointer says: %s', (text, value) => {
  expect(found(text)).toEqual([value]);
});

test('every line of a secret that has several is one', () => {
  expect(found('[/inputs/secret]', '| first part', '| second part', '[/inputs/port] 5432', '| not of it')).toEqual([
    'first part',
    'second part',
  ]);
});

test('a value drawn by chance raises an alert, also under a name that says little', () => {
  const value = chance(5).key(24);
  expect(detect(`[/inputs/apiToken] ${value}`)).toMatchObject([{ tier: 'block' }]);
  expect(detect(`[/inputs/session] ${value}`)).toMatchObject([{ tier: 'block' }]);
  expect(found('[/inputs/session] evening')).toEqual([]);
});

test.each([
  '[/inputs/passwordRequired] true',
  '[/inputs/passwordLength] 24',
  '[/inputs/password] ${{ inputs.other }}',
  '[/inputs/password] ZQX_SECRET_1_0A1B2C3D',
  '[/environment/PASSWORD_FILE] /run/secrets/password',
  '[/inputs/secret] /run/secrets/password',
  '[/playbook/inputs/password/description] of the administrator',
  '[/budget/tokens] 120000',
  '[/argv/0] --password\n[/stdin] words',
])('what is no secret stays: %s', (text) => {
  expect(found(text)).toEqual([]);
});
