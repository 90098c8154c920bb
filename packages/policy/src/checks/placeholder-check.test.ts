import { expect, test } from 'vitest';
import { executionSubject, type BoundPlaceholder, type PlaceholderKind, type Plan } from '@duovir/protocol';
import { openSandbox, planOf, soundPlan, soundPolicy, soundRequest, step } from '../fixtures/plan.ts';
import { isDenied } from '../finding/finding.ts';
import { policyFloor, restoredFloor } from '../floor/floor.ts';
import { checkPlan } from './check-plan.ts';

const commitment = `sha256:${'c'.repeat(64)}` as const;
const bind = (kind: PlaceholderKind, placeholder: string): BoundPlaceholder => ({ kind, placeholder, commitment });
const secret = bind('secret', 'ZQX_SECRET_1_0A1B2C3D');
const card = bind('card', 'ZQX_CARD_1_0A1B2C3D');
const host = bind('host', 'h1-0a1b2c3d.zqx.invalid');
const email = bind('email', 'e1-0a1b2c3d@zqx.invalid');
const table = bind('table', 't_1_0a1b2c3d');
const all = [secret, card, host, email, table];

const probe = { id: 'p', action: 'file.probe@1', with: { path: '/workspace/x' }, expect: { exists: true } };
const command = (argv: string[], more: object = {}) => ({ action: 'command.run@1', with: { argv, ...more } });
const write = (content: string, path = '/workspace/x') => ({ action: 'file.write@1', with: { path, content } });

/** One step; of the bindings those that it mentions, unless told otherwise. */
function planWith(call: unknown, rest: object = {}, placeholders?: readonly BoundPlaceholder[]): Plan {
  const undone = { kind: 'none', reason: 'nothing is left behind' };
  const it = step('it', call, { needs: ['sandbox'], verify: [probe], compensate: undone, ...rest });
  const text = JSON.stringify(it);
  return planOf([openSandbox, it], {
    placeholders: placeholders ?? all.filter(({ placeholder }) => text.includes(placeholder)),
  });
}

const findingsOf = (plan: unknown) =>
  checkPlan(plan, { request: soundRequest, policy: soundPolicy }).filter(({ rule }) => rule.includes('placeholder'));

test.each<[string, Plan]>([
  ['a secret in a file', planWith(write(`requirepass ${secret.placeholder}\n`))],
  [
    'a secret on standard input',
    planWith(command(['psql'], { stdin: `alter role a password '${secret.placeholder}'` })),
  ],
  [
    'a host and a table as arguments',
    planWith(command(['psql', '-h', host.placeholder, '-c', `table ${table.placeholder}`])),
  ],
  ['a host in the environment', planWith(command(['true'], { environment: { PGHOST: host.placeholder } }))],
  [
    'an address for the attestor',
    planWith(command(['true']), {
      verify: [
        {
          id: 'p',
          action: 'command.probe@1',
          with: { argv: ['psql', '-c', `select * from ${table.placeholder}`] },
          expect: { includes: table.placeholder },
        },
      ],
    }),
  ],
  ['an argument of a script', planWith(command(['python3', '/workspace/x.py', '--to', email.placeholder]))],
  ['a title', planWith(write(`host ${host.placeholder}`), { title: `Ask ${host.placeholder}` })],
])('%s is a place for a value', (_, plan) => {
  expect(findingsOf(plan)).toEqual([]);
});

test.each<[string, string, Plan]>([
  ['floor.placeholder-unknown', 'a forged tag', planWith(write('pass ZQX_SECRET_1_FFFFFFFF'), {}, [secret])],
  ['floor.placeholder-unknown', 'one that is cut off', planWith(write(`pass ${secret.placeholder.slice(0, -1)}`))],
  ['floor.placeholder-unknown', 'one in other letters', planWith(write(`pass ${secret.placeholder.toLowerCase()}`))],
  ['floor.placeholder-unknown', 'one inside a name', planWith(write(`a${host.placeholder}`))],
  ['floor.placeholder-unknown', 'a documentation address', planWith(write('bind 192.0.2.7'))],
  [
    'floor.placeholder-unknown',
    'another kind in the list',
    planWith(write(secret.placeholder), {}, [bind('host', secret.placeholder)]),
  ],
  [
    'floor.placeholder-unknown',
    'an invented one in a title',
    planWith(write('x'), { title: 'For h9-00000000.zqx.invalid' }),
  ],
  ['floor.placeholder-place', 'a secret as an argument', planWith(command(['redis-cli', '-a', secret.placeholder]))],
  [
    'floor.placeholder-place',
    'a secret in the environment',
    planWith(command(['psql'], { environment: { PGPASSWORD: secret.placeholder } })),
  ],
  [
    'floor.placeholder-place',
    'a secret in SQL of an argument',
    planWith(command(['psql', '-c', `alter role a password '${secret.placeholder}'`])),
  ],
  ['floor.placeholder-place', 'a card number anywhere', planWith(write(card.placeholder))],
  [
    'floor.placeholder-place',
    'shell text',
    planWith({ action: 'shell.exec@1', with: { script: `ping ${host.placeholder}` } }),
  ],
  ['floor.placeholder-place', 'inline shell code', planWith(command(['/bin/sh', '-c', `ping ${host.placeholder}`]))],
  [
    'floor.placeholder-place',
    'inline code behind a wrapper',
    planWith(command(['env', 'A=b', 'timeout', '9', 'bash', '-c', host.placeholder])),
  ],
  [
    'floor.placeholder-place',
    'inline code of an interpreter',
    planWith(command(['python3', '-c', `print("${table.placeholder}")`])),
  ],
  [
    'floor.placeholder-place',
    'code on the standard input of a shell',
    planWith(command(['bash'], { stdin: `ping ${host.placeholder}` })),
  ],
  ['floor.placeholder-place', 'an argument of a launcher', planWith(command(['xargs', 'ping', host.placeholder]))],
  ['floor.placeholder-place', 'the program itself', planWith(command(['env', 'A=b', host.placeholder]))],
  [
    'floor.placeholder-place',
    'the name of a variable',
    planWith(command(['true'], { environment: { T_1_0A1B2C3D: 'x' } }), {}, [bind('table', 'T_1_0A1B2C3D')]),
  ],
  ['floor.placeholder-place', 'a path', planWith(write('x', `/workspace/${table.placeholder}`))],
  ['floor.placeholder-place', 'a script', planWith(write(`#!/bin/sh\necho ${host.placeholder}`))],
  [
    'floor.placeholder-place',
    'the path of a probe',
    planWith(write('x'), { verify: [{ ...probe, with: { path: `/workspace/${table.placeholder}` } }] }),
  ],
  ['check.placeholder-form', 'something else in the list', planWith(write('x'), {}, [bind('host', 'localhost')])],
  ['check.placeholder-used', 'one that is not used', planWith(write('x'), {}, [secret])],
  ['check.placeholder-once', 'one that is listed twice', planWith(write(secret.placeholder), {}, [secret, secret])],
])('%s: %s is denied', (rule, _, plan) => {
  const findings = findingsOf(plan);
  expect(findings.map((finding) => finding.rule)).toContain(rule);
  expect(isDenied(findings)).toBe(true);
  expect(findings[0]?.evidence[0]).toMatch(/^\/(?:steps\/1|placeholders\/[01]$)/);
});

test('a file that another step runs is no place for a value, whatever it is called', () => {
  const writes = step('write', write(`echo ${host.placeholder}`, '/workspace/job'), {
    needs: ['sandbox'],
    verify: [probe],
  });
  const runs = step('run', command(['/bin/sh', '/workspace/job']), { needs: ['write'], verify: [probe] });
  const plan = planOf([openSandbox, writes, runs], { placeholders: [host] });
  expect(findingsOf(plan)).toMatchObject([{ rule: 'check.placeholder-script', step: 'write' }]);
});

test('probes of the goal are held to the same places', () => {
  const look = { id: 'look', action: 'command.probe@1', with: { argv: ['cat', secret.placeholder] }, expect: {} };
  const goal = { statement: 'Look at 192.0.2.7', successCriteria: [look] };
  const plan = planOf(soundPlan.steps, { goal, placeholders: [secret] });
  expect(findingsOf(plan)).toMatchObject([
    { rule: 'floor.placeholder-place', evidence: ['/goal/successCriteria/0/with/argv/1'] },
  ]);
});

test('a placeholder is no password in plain text, and a password beside one is', () => {
  const rules = (content: string): string[] =>
    checkPlan(planWith(write(content)), { request: soundRequest, policy: soundPolicy }).map(({ rule }) => rule);
  expect(rules(`password = '${secret.placeholder}'\n`)).not.toContain('floor.secret-literal');
  expect(rules(`password = ${secret.placeholder}hunter22\n`)).toContain('floor.secret-literal');
});

const subjectOf = (content: string) => {
  const subject = executionSubject(planWith(write(content), {}, []), 'it', 'apply');
  if (!subject) throw new Error('the step is missing');
  return subject;
};
const restoredRules = (approved: string, restored: string): string[] =>
  restoredFloor(subjectOf(restored), subjectOf(approved)).map(({ rule }) => rule);

test('once values are back, secrets in a file are as they should be, and everything else is still denied', () => {
  const approved = `requirepass ${secret.placeholder}\n`;
  expect(restoredRules(approved, 'requirepass hunter22\nbind 127.0.0.1\n')).toEqual([]);
  expect(restoredRules(approved, 'requirepass hunter22\nbind 10.0.0.1\n')).toEqual(['floor.listen-loopback']);
  expect(policyFloor(subjectOf('requirepass hunter22\n'))).toMatchObject([{ rule: 'floor.secret-literal' }]);
});

test('a value brings no commands along that nobody has approved', () => {
  const archive = "archive_command = 'cp %p /workspace/%f'\n";
  expect(restoredRules(secret.placeholder, archive)).toEqual(['floor.value-commands']);
  expect(restoredRules(`${archive}${secret.placeholder}`, `${archive}x = 1\n`)).toEqual([]);
});

test('statements of which nobody has seen a word are no place for a value, a password file is', () => {
  const rules = (...steps: unknown[]): string[] =>
    findingsOf(planOf([openSandbox, ...steps], { placeholders: [secret] })).map(({ rule }) => rule);
  const file = step('write', write(`${secret.placeholder}\n`, '/workspace/file'), {
    needs: ['sandbox'],
    verify: [probe],
  });
  const reads = (argv: string[], stdin?: string) =>
    step('read', command(argv, stdin === undefined ? {} : { stdin }), { needs: ['write'], verify: [probe] });
  expect(rules(file, reads(['psql', '-f', '/workspace/file']))).toEqual(['check.placeholder-script']);
  expect(rules(file, reads(['psql'], `${secret.placeholder}\n`))).toEqual(['floor.placeholder-place']);
  expect(rules(file, reads(['initdb', '--pwfile', '/workspace/file']))).toEqual([]);
});

test.each(['title\u200b', '\u202egnp.exe', 'tags \u{e0072}\u{e006d}', 'colour \u001b[31m'])(
  'words that people cannot see are denied: %j',
  (words) => {
    const reason = { kind: 'none', reason: words };
    for (const plan of [
      planWith(write(words)),
      planWith(write('x'), { title: words }),
      planWith(write('x'), { compensate: reason }),
    ]) {
      const findings = checkPlan(plan, { request: soundRequest, policy: soundPolicy });
      expect(findings.map(({ rule }) => rule)).toContain('check.plain-text');
      expect(isDenied(findings)).toBe(true);
    }
  },
);
