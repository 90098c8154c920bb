import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRunaway } from './find-runaway.ts';
import { fingerprintOf, similarity } from './question-fingerprint.ts';
import type { PastCall, RunHistory } from './run-history.ts';

const nothing: RunHistory = { calls: [], plans: [], failures: [] };
const prose = readFileSync(new URL('find-runaway.ts', import.meta.url), 'utf8');

function call(question: string, more: Partial<PastCall> = {}): PastCall {
  return { agent: 'planner', purpose: 'plan', question: fingerprintOf(question), bodyBytes: 100, state: 's', ...more };
}

const kindOf = (history: Partial<RunHistory>): string | undefined => findRunaway({ ...nothing, ...history })?.kind;

test('the third identical question stops the run, whatever changed meanwhile; the second does not', () => {
  const calls = ['a', 'b', 'c'].map((state) => call('Start nginx on port 8080.', { state }));
  expect(findRunaway({ ...nothing, calls })).toEqual({
    kind: 'repetition',
    reason: 'planner has asked the same plan question 3 times',
  });
  expect(kindOf({ calls: calls.slice(1) })).toBeUndefined();
});

test('placeholders, numbers, digests and spacing do not make a question another one', () => {
  const tagged = (tag: string, port: number, digest: string): string =>
    `${prose}\nPassword ZQX_SECRET_1_${tag} of h${port}-ab12.zqx.invalid,  port ${port}, plan sha256:${digest.repeat(64)}`;
  const calls = [
    call(tagged('0A1B2C3D', 80, 'a')),
    call(tagged('FFFFFFFF', 81, 'b')),
    call(tagged('12345678', 8082, 'c')),
  ];
  expect(kindOf({ calls })).toBe('repetition');
});

test('nearly the same question counts only while the run stands still', () => {
  const variants = ['one', 'two', 'three'].map((word) => `${prose}\nThis is try ${word}.`);
  expect(kindOf({ calls: variants.map((text) => call(text)) })).toBe('repetition');
  expect(kindOf({ calls: variants.map((text, index) => call(text, { state: `${index}` })) })).toBeUndefined();
});

test('different questions, agents and purposes are no repetition', () => {
  const other = readFileSync(new URL('question-fingerprint.ts', import.meta.url), 'utf8');
  expect(kindOf({ calls: [call(prose), call(other), call(prose)] })).toBeUndefined();
  const agents = ['planner', 'reviewer', 'healer'].map((agent) => call(prose, { agent }));
  expect(kindOf({ calls: agents })).toBeUndefined();
  const purposes = (['plan', 'revise', 'diagnose'] as const).map((purpose) => call(prose, { purpose }));
  expect(kindOf({ calls: purposes })).toBeUndefined();
});

test('what lies far back is forgotten', () => {
  const others = Array.from({ length: 12 }, (_, index) => call(`Quite another question about ${'x'.repeat(index)}`));
  expect(kindOf({ calls: [call('Same.'), call('Same.'), ...others, call('Same.')] })).toBeUndefined();
});

test.each([
  [['a', 'b', 'a', 'b'], 'ping-pong'],
  [['z', 'a', 'b', 'c', 'a', 'b', 'c'], 'ping-pong'],
  [['a', 'a', 'a'], 'ping-pong'],
  [['a', 'a'], undefined],
  [['a', 'b', 'a'], undefined],
  [['a', 'b', 'a', 'b', 'c'], undefined],
])('plans %j: %s', (plans, kind) => {
  expect(kindOf({ plans })).toBe(kind);
});

test('prompts that grow while nothing changes stop the run; growth with progress, or a little of it, does not', () => {
  const grow = (sizes: readonly number[], state: (index: number) => string): readonly PastCall[] =>
    sizes.map((bodyBytes, index) =>
      call(`Question ${'mnopqrst'[index]?.repeat(9)}`, { bodyBytes, state: state(index) }),
    );
  expect(kindOf({ calls: grow([100, 120, 140, 160, 180], () => 's') })).toBe('growth');
  expect(kindOf({ calls: grow([100, 120, 140, 160, 180], String) })).toBeUndefined();
  expect(kindOf({ calls: grow([100, 101, 102, 103, 104], () => 's') })).toBeUndefined();
  expect(kindOf({ calls: grow([100, 120, 110, 160, 180], () => 's') })).toBeUndefined();
});

test('a failure that comes back a third time is a heal loop', () => {
  const failures = ['port-taken', 'disk-full', 'port-taken', 'port-taken'];
  expect(findRunaway({ ...nothing, failures })?.reason).toBe(
    'the failure port-taken has come back 3 times, heals notwithstanding',
  );
  expect(kindOf({ failures: failures.slice(1) })).toBeUndefined();
});

test('similarity is symmetric, 1 for the same text and near the true share of common word sequences', () => {
  const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta');
  const words = fc.array(word, { minLength: 3, maxLength: 400 });
  const sequences = (list: readonly string[]): Set<string> =>
    new Set(list.slice(2).map((_, index) => list.slice(index, index + 3).join(' ')));
  fc.assert(
    fc.property(words, words, (one, other) => {
      const [left, right] = [fingerprintOf(one.join(' ')), fingerprintOf(other.join('  '))];
      const [ours, theirs] = [sequences(one), sequences(other)];
      const share = ours.intersection(theirs).size / ours.union(theirs).size;
      expect(similarity(left, right)).toBe(similarity(right, left));
      expect(similarity(left, left)).toBe(1);
      expect(Math.abs(similarity(left, right) - share)).toBeLessThan(0.2);
    }),
    { numRuns: 300 },
  );
});
