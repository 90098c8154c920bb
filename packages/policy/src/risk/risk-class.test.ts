import { expect, test } from 'vitest';
import fc from 'fast-check';
import { openSandbox, planOf, soundPlan, soundSteps, step } from '../fixtures/plan.ts';
import { riskClassOf } from './risk-class.ts';
import { riskRank } from './reason.ts';

const command = (...argv: string[]) => planOf([openSandbox, step('run', { action: 'command.run@1', with: { argv } })]);

test('a plan of known programs in a development sandbox is R1', () => {
  expect(riskClassOf(soundPlan)).toEqual({
    riskClass: 'R1',
    reasons: ['risk.known-program', 'risk.sandbox-effect'],
  });
});

test('a plan that only looks is R0', () => {
  const looking = planOf(
    [openSandbox, step('look', { action: 'command.run@1', with: { argv: ['cat', '/etc/hosts'] } })],
    {
      goal: {
        statement: 'look',
        successCriteria: [
          { id: 'gone', action: 'file.probe@1', with: { path: '/workspace/x' }, expect: { exists: false } },
        ],
      },
    },
  );
  expect(riskClassOf(looking).riskClass).toBe('R0');
});

test.each([
  ['R2', 'risk.unknown-program', ['frobnicate']],
  ['R2', 'risk.unknown-program', ['/workspace/bin/redis-server']],
  ['R2', 'risk.interpreter', ['python3', '-m', 'http.server']],
  ['R3', 'risk.inline-code', ['bash', '-c', 'true']],
  ['R3', 'risk.inline-code', ['sh', '/workspace/x.sh']],
  ['R3', 'risk.inline-code', ['env', 'A=b', 'timeout', '-k', '1', '5', 'sh', '-lc', 'true']],
  ['R3', 'risk.inline-code', ['perl', '-we', '1']],
  ['R3', 'risk.inline-code', ['python3.11', '-Ic', '1']],
  ['R3', 'risk.inline-code', ['node', '--eval=1']],
  ['R3', 'risk.inline-code', ['awk', 'BEGIN{system("x")}']],
  ['R3', 'risk.launcher', ['xargs', 'rm']],
  ['R3', 'risk.launcher', ['find', '/', '-exec', 'rm', '{}', ';']],
  ['R3', 'risk.launcher', ['env', '-S', 'sh -c true']],
  ['R3', 'risk.launcher', ['timeout', '--odd', '5', 'cat']],
  ['R3', 'risk.client-escape', ['psql', '-c', '\\! id']],
  ['R3', 'risk.client-escape', ['psql', '-c', "copy t from program 'id'"]],
  ['R3', 'risk.unseen-script', ['psql', '-Xqf', '/workspace/unseen.sql']],
  ['R3', 'risk.client-escape', ['redis-cli', 'MODULE', 'LOAD', '/workspace/x.so']],
  ['R3', 'risk.configuration-runs-commands', ['postgres', '-c', 'archive_command=cp %p /workspace']],
  ['R4', 'floor.forbidden-program', ['nice', '-n', '5', 'sudo', 'id']],
  ['R4', 'floor.host-interface', ['cat', '/proc/1/environ']],
  ['R1', 'risk.known-program', ['psql', '-dfoo', '-c', 'create table t (id int)']],
] as const)('%s by %s: %j', (riskClass, reason, argv) => {
  const computed = riskClassOf(command(...argv));
  expect(computed.riskClass).toBe(riskClass);
  expect(computed.reasons).toContain(reason);
});

test('free shell text is R3', () => {
  const plan = planOf([openSandbox, step('shell', { action: 'shell.exec@1', with: { script: 'true' } })]);
  expect(riskClassOf(plan)).toEqual({ riskClass: 'R3', reasons: ['risk.free-shell'] });
});

test('a script the plan writes is read before it is run', () => {
  const withScript = (content: string) =>
    planOf([
      openSandbox,
      step('script', { action: 'file.write@1', with: { path: '/workspace/x.sql', content } }),
      step('run', { action: 'command.run@1', with: { argv: ['psql', '--file=/workspace/x.sql'] } }),
    ]);
  expect(riskClassOf(withScript('create table t (id int);')).riskClass).toBe('R1');
  expect(riskClassOf(withScript('\\! id')).riskClass).toBe('R3');
});

test.each([
  ['environment', 'staging', 'R2'],
  ['environment', 'production', 'R3'],
  ['dataClass', 'confidential', 'R2'],
  ['dataClass', 'cardholder', 'R3'],
])('%s %s makes it %s', (field, value, riskClass) => {
  expect(riskClassOf(planOf(soundSteps, { [field]: value })).riskClass).toBe(riskClass);
});

test('compensations are judged like the actions they undo', () => {
  const compensate = { kind: 'action', call: { action: 'shell.exec@1', with: { script: 'true' } } };
  const plan = planOf([
    openSandbox,
    step('run', { action: 'command.run@1', with: { argv: ['true'] } }, { compensate }),
  ]);
  expect(riskClassOf(plan).riskClass).toBe('R3');
});

test('two steps of one name are forbidden: the second would be judged by nobody', () => {
  const plan = planOf([
    openSandbox,
    ...[1, 2].map(() => step('twice', { action: 'command.run@1', with: { argv: ['true'] } })),
  ]);
  expect(riskClassOf(plan).riskClass).toBe('R4');
});

test('another step never lowers the class', () => {
  const argvs = fc.array(fc.constantFrom('true', 'mkdir', 'sh', 'sudo', 'frobnicate', 'env', 'psql', '-c', '\\!'), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(argvs, { maxLength: 4 }), argvs, (before, added) => {
      const steps = before.map((argv, index) => step(`s${index}`, { action: 'command.run@1', with: { argv } }));
      const more = [...steps, step('added', { action: 'command.run@1', with: { argv: added } })];
      expect(riskRank(riskClassOf(planOf([openSandbox, ...more])).riskClass)).toBeGreaterThanOrEqual(
        riskRank(riskClassOf(planOf([openSandbox, ...steps])).riskClass),
      );
    }),
  );
});
