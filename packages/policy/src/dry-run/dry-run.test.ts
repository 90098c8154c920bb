import { planSchema } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { openSandbox, planOf, soundSteps, step } from '../fixtures/plan.ts';
import { dryRun } from './dry-run.ts';
import { planChanges } from './plan-changes.ts';

test('each step tells what it does, how it is undone and what makes it risky', () => {
  const [opens, folder, configuration, server] = dryRun(planOf(soundSteps));
  expect(opens?.effects[0]).toBe('opens a sandbox with primary at 127.0.0.2');
  expect(folder?.effects).toEqual([
    'makes the folder /workspace/redis, mode 0700',
    'undo: removes /workspace/redis and all below it',
  ]);
  expect(configuration?.effects[0]).toMatch(/^writes \/workspace\/redis\/redis\.conf, \d+ bytes, mode 0600$/);
  expect(server?.effects).toContain('listens on 127.0.0.2:6379');
  expect(server?.reasons).toContain('risk.sandbox-effect');
});

test('free shell is named as what it is, and no control character comes through', () => {
  const shell = step('shell', { action: 'shell.exec@1', with: { script: 'rm -rf /\u001b[2J' } });
  const command = step('run', { action: 'command.run@1', with: { argv: ['echo', '\u001b[31m'] } });
  const [, first, second] = dryRun(planOf([openSandbox, shell, command]));
  expect(first?.effects[0]).toBe('runs 12 bytes of shell text');
  expect(first?.reasons).toContain('risk.free-shell');
  expect(second?.effects.join('')).not.toContain('\u001b');
});

test('a change is named by its place, with both sides', () => {
  const plan = planOf(soundSteps);
  const next = planSchema.parse(JSON.parse(JSON.stringify(plan).replaceAll('6379', '6380')));
  expect(planChanges(plan, plan)).toEqual([]);
  expect(planChanges(plan, next)).toContainEqual({
    at: '/steps/3/call/with/ready/port',
    before: '6379',
    after: '6380',
  });
  const longer = planSchema.parse({ ...plan, steps: [...plan.steps, plan.steps[0]] });
  expect(planChanges(plan, longer).map(({ at }) => at)).toEqual(['/steps']);
});
