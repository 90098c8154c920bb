import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget } from './budget.ts';

const LEVELS = ['day', 'team', 'agent', 'run'] as const;
const amount = (tokens: number) => ({ tokens, microUsd: tokens * 3 });

function budgetOf(cap: number, landing: number): Budget {
  const budget = new Budget();
  for (const [index, id] of LEVELS.entries())
    budget.openLevel(id, { cap: amount(cap * (LEVELS.length - index)), landing: amount(id === 'run' ? landing : 0) });
  return budget;
}

type Step = {
  readonly kind: 'reserve' | 'settle' | 'abort';
  readonly call: number;
  readonly tokens: number;
  readonly landing: boolean;
};
const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('reserve', 'reserve', 'settle', 'abort'),
    call: fc.nat(12),
    tokens: fc.nat(60),
    landing: fc.boolean(),
  }),
  { maxLength: 60 },
);

function play(budget: Budget, { kind, call, tokens, landing }: Step): void {
  const id = `call-${call}`;
  try {
    if (kind === 'reserve') budget.reserve(id, LEVELS, amount(tokens), landing ? 'landing' : 'work');
    else budget.settle(id, kind === 'abort' ? undefined : amount(tokens));
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(?:budget-exhausted|reservation-unknown|bound-exceeded)$/),
    });
  }
}

test('Invariant 8, budget: whatever is called in whatever order, no level is ever overspent', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 20, max: 150 }), fc.nat(20), (history, cap, landing) => {
      const budget = budgetOf(cap, landing);
      for (const step of history) {
        play(budget, step);
        for (const id of LEVELS) {
          const { spent, reserved, cap: limit } = budget.level(id);
          expect(spent.tokens + reserved.tokens).toBeLessThanOrEqual(limit.tokens);
          expect(spent.microUsd + reserved.microUsd).toBeLessThanOrEqual(limit.microUsd);
          expect(Math.min(spent.tokens, reserved.tokens, spent.microUsd, reserved.microUsd)).toBeGreaterThanOrEqual(0);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('the landing reserve is there for undo, however much work has asked for', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 20, max: 150 }), fc.integer({ min: 1, max: 20 }), (history, cap, landing) => {
      const budget = budgetOf(cap, landing);
      for (const step of history) play(budget, { ...step, landing: false });
      budget.reserve('undo', ['run'], amount(landing), 'landing');
      expect(budget.level('run').reserved.tokens).toBeGreaterThanOrEqual(landing);
    }),
    { numRuns: 1000 },
  );
});

test('a refused reservation changes no level', () => {
  const budget = budgetOf(10, 0);
  budget.openLevel('agent', { cap: amount(5), landing: amount(0) });
  expect(() => budget.reserve('a', LEVELS, amount(8), 'work')).toThrow('agent');
  for (const id of LEVELS) expect(budget.level(id).reserved.tokens).toBe(0);
});

test('what is not known was spent', () => {
  const budget = budgetOf(100, 0);
  budget.reserve('a', LEVELS, amount(40), 'work');
  expect(budget.settle('a')).toEqual(amount(40));
  expect(budget.settle('a', amount(1))).toEqual(amount(40));
  expect(budget.level('run')).toMatchObject({ spent: amount(40), reserved: amount(0) });
});

test('a call that cost more than its bound is booked at the bound and reported', () => {
  const budget = budgetOf(100, 0);
  budget.reserve('a', LEVELS, amount(40), 'work');
  expect(() => budget.settle('a', amount(41))).toThrow('more than the worst case');
  expect(budget.level('run').spent).toEqual(amount(40));
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d tokens are no amount', (tokens) => {
  expect(() => budgetOf(100, 0).reserve('a', LEVELS, amount(tokens), 'work')).toThrow('no amount');
});

test('a call on no level, or on one that nobody opened, is refused', () => {
  expect(() => budgetOf(100, 0).reserve('a', [], amount(1), 'work')).toThrow('names no budget level');
  expect(() => budgetOf(100, 0).reserve('a', ['week'], amount(1), 'work')).toThrow('week');
});
