import { describe, expect, test } from 'vitest';
import { evaluateQuery, reaches } from '@duovir/policy';
import type { Plan } from '@duovir/protocol';
import { judge } from '../judgement.ts';
import { changed, planFrom, subjectOf } from '../motion.fixture.ts';

const postgres = planFrom('postgres', 'cluster');
const redis = planFrom('redis', 'cluster');
const nginx = planFrom('nginx', 'load-balancer');
const service = planFrom('service', 'supervised', {
  argv: ['python3', '-m', 'http.server', '{port}', '--bind', '127.0.0.1'],
});
const attack = (plan: Plan) => judge('adversary', subjectOf(plan));

test.each([
  ['postgres', postgres],
  ['redis', redis],
  ['nginx', nginx],
  ['service', service],
])('it sees no real danger in the sound %s plan, and approves it all the same not', (_, plan) => {
  const { verdict, abstention, detail } = attack(plan);
  expect(detail.findings.filter((finding) => reaches([finding], 'high'))).toEqual([]);
  expect(verdict).toBe(reaches(detail.findings, 'medium') ? 'reject' : 'abstain');
  expect(abstention).toBe(verdict === 'abstain' ? 'nothing-found' : null);
});

type StepChange = (step: Plan['steps'][number]) => Plan['steps'][number];
const inStep = (plan: Plan, id: string, change: StepChange): Plan => {
  if (!plan.steps.some((step) => step.id === id)) throw new Error(`There is no step ${id}.`);
  return { ...plan, steps: plan.steps.map((step) => (step.id === id ? change(step) : step)) };
};
const run = (...argv: string[]): Plan['steps'][number]['call'] => ({
  action: 'command.run@1',
  with: { argv, environment: {}, directory: '/workspace' },
});
const withCommand = (...argv: string[]): Plan =>
  inStep(postgres, 'canary', (step) => ({ ...step, call: run(...argv) }));
const remove = (path: string): Plan['steps'][number]['call'] => ({ action: 'path.remove@1', with: { path } });
const written = (from: string, to: string): Plan => {
  const plan = changed(postgres, (text) => text.replace(from, to));
  if (JSON.stringify(plan) === JSON.stringify(postgres)) throw new Error(`There is no ${from}.`);
  return plan;
};

describe('what it finds, with the place and a test that confirms it', () => {
  test.each<[string, 'low' | 'medium' | 'high', Plan]>([
    ['takes-foreign', 'high', withCommand('psql', '-c', 'drop table orders')],
    ['takes-foreign', 'high', withCommand('psql', '-c', 'TRUNCATE orders')],
    ['takes-foreign', 'high', withCommand('psql', '-c', 'delete from orders;')],
    ['takes-foreign', 'high', withCommand('dropdb', 'orders')],
    ['takes-foreign', 'high', withCommand('redis-cli', '-p', '6379', 'FLUSHALL')],
    ['takes-foreign', 'high', withCommand('rm', '-r', '/workspace/backups')],
    ['takes-foreign', 'high', inStep(postgres, 'canary', (step) => ({ ...step, call: remove('/workspace/backups') }))],
    [
      'undo-takes-more',
      'high',
      inStep(postgres, 'access-rules', (step) => ({
        ...step,
        compensate: { kind: 'action', call: remove('/workspace') },
      })),
    ],
    [
      'no-way-back',
      'medium',
      inStep(postgres, 'access-rules', (step) => ({ ...step, compensate: { kind: 'none', reason: 'no need' } })),
    ],
    [
      'written-twice',
      'medium',
      {
        ...redis,
        steps: [...redis.steps, ...redis.steps.filter(({ call }) => call.action === 'file.write@1').slice(0, 1)],
      },
    ],
    ['keeps-what-it-acknowledges', 'high', written('hot_standby = on', 'fsync = off')],
    ['keeps-what-it-acknowledges', 'medium', written('hot_standby = on', 'synchronous_commit = off')],
    ['shared-limit', 'medium', changed(redis, (text) => text.replace(/"memoryBytes":\d+/, '"memoryBytes":67108864'))],
    [
      'hidden-crashes',
      'medium',
      inStep(service, 'service', (step) =>
        step.call.action === 'service.start@1'
          ? { ...step, call: { ...step.call, with: { ...step.call.with, restarts: 20 } } }
          : step,
      ),
    ],
  ])('%s, %s', (rule, severity, plan) => {
    const found = attack(plan).detail.findings.filter((finding) => finding.rule === `adversary.${rule}`);
    expect(found.map((finding) => finding.severity)).toContain(severity);
    for (const { evidence, check } of found) {
      expect(evidence[0]).toMatch(/^\//);
      expect(check?.means === 'query' && evaluateQuery(plan, check.query)).toBe('confirmed');
    }
  });

  test('a goal that a wrong system would reach', () => {
    const { verdict, detail } = attack(service);
    expect(detail.findings.map(({ rule }) => rule)).toContain('adversary.wrong-system-fails');
    expect(verdict).toBe('reject');
  });
});

test('what the plan has made itself it may take away again', () => {
  const table = withCommand('psql', '-c', 'create table scratch (id int); drop table scratch');
  const drops = {
    ...table.steps[0],
    id: 'drop',
    call: run('psql', '-c', 'drop table if exists scratch'),
  } as Plan['steps'][number];
  const own = { ...table, steps: [...table.steps, drops] };
  const taking = attack(own).detail.findings.filter(
    ({ step, rule }) => step === 'drop' && rule.endsWith('takes-foreign'),
  );
  expect(taking).toEqual([]);
});
