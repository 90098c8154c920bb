import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateQuery, pointer } from '@duovir/policy';
import { findingCheckSchema } from '@duovir/protocol';
import { claimedCheck } from './claimed-check.ts';
import { planFrom } from './motion.fixture.ts';
import { textLeaves } from './text-leaves.ts';

const plan = planFrom('postgres', 'cluster');
const port = '/steps/5/call/with/ready/port';

test.each([
  ['containing', '/steps/2/call/with/content', 'trust', 'confirmed'],
  ['containing', '/steps/2/call/with/content', 'scram-sha-512', 'disproved'],
  ['equal', port, '5432', 'confirmed'],
  ['equal', port, '5433', 'disproved'],
  ['equal', '/steps/5/id', 'primary', 'confirmed'],
  ['absent', '/steps/5/check', '', 'confirmed'],
] as const)('%s at %s of %j is %s', (is, at, text, outcome) => {
  const check = claimedCheck({ is, at, text }, plan, false);
  expect(check?.means === 'query' && evaluateQuery(plan, check.query)).toBe(outcome);
});

test('what cannot be looked up, or not yet, is no test', () => {
  for (const claimed of [
    { is: 'none', at: '/steps/0', text: '' },
    { is: 'equal', at: '/steps/99', text: 'a' },
    { is: 'containing', at: '/steps/2/call/with/content', text: '' },
    { is: 'absent', at: 'steps', text: '' },
    { is: 'listening', at: '5432', text: '' },
    { is: 'existing', at: '/workspace/config', text: '' },
  ] as const)
    expect(claimedCheck(claimed, plan, false)).toBeUndefined();
});

test('where there is a sandbox it may be looked into, at sockets and files and nothing else', () => {
  expect(claimedCheck({ is: 'listening', at: '5432', text: '' }, plan, true)).toMatchObject({
    means: 'probe',
    probe: { action: 'listener.probe@1', with: { port: 5432 }, expect: { listening: true } },
  });
  expect(claimedCheck({ is: 'existing', at: '/workspace/config', text: '' }, plan, true)).toMatchObject({
    means: 'probe',
    probe: { action: 'file.probe@1', with: { path: '/workspace/config' } },
  });
  for (const at of ['0', '99999', 'x', '-1'])
    expect(claimedCheck({ is: 'listening', at, text: '' }, plan, true)).toBeUndefined();
  for (const at of ['/workspace/../etc/shadow', 'etc', ''])
    expect(claimedCheck({ is: 'existing', at, text: '' }, plan, true)).toBeUndefined();
});

const places = [...textLeaves(plan)].map(({ path }) => pointer(...path));

test('whatever a model claims, its test is one that the protocol takes, and it starts no program', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('none', 'absent', 'equal', 'containing', 'listening', 'existing'),
      fc.oneof(fc.constantFrom(...places), fc.string({ maxLength: 40, unit: 'binary' })),
      fc.string({ maxLength: 40, unit: 'binary' }),
      fc.boolean(),
      (is, at, text, hasSandbox) => {
        const check = claimedCheck({ is, at, text }, plan, hasSandbox);
        if (check === undefined) return;
        expect(findingCheckSchema.parse(check)).toEqual(check);
        if (check.means === 'probe') expect(['listener.probe@1', 'file.probe@1']).toContain(check.probe.action);
      },
    ),
  );
});
