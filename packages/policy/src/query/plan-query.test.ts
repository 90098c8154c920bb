import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json, type Plan, type PlanQuery } from '@duovir/protocol';
import { pointer } from '../finding/pointer.ts';
import { soundPlan as plan } from '../fixtures/plan.ts';
import { textsIn } from '../placeholder/texts.ts';
import { atPointer, evaluateQuery } from './plan-query.ts';

const content = '/steps/2/call/with/content';

describe('a claim about the bytes of a plan', () => {
  test.each<[PlanQuery, string]>([
    [{ at: content, is: 'containing', text: 'protected-mode yes' }, 'confirmed'],
    [{ at: content, is: 'containing', text: 'protected-mode no' }, 'disproved'],
    [{ at: '/steps/2/call/with', is: 'containing', text: 'protected-mode yes' }, 'confirmed'],
    [{ at: '/steps/2/call/with', is: 'containing', text: 'content' }, 'disproved'],
    [{ at: '/steps/0/call/with/limits/processes', is: 'equal', value: 128 }, 'confirmed'],
    [{ at: '/steps/0/call/with/limits/processes', is: 'equal', value: '128' }, 'disproved'],
    [{ at: '/steps/1/needs', is: 'equal', value: ['sandbox'] }, 'confirmed'],
    [{ at: '/steps/1/needs', is: 'equal', value: { 0: 'sandbox' } }, 'disproved'],
    [{ at: '/steps/1/check', is: 'absent' }, 'confirmed'],
    [{ at: '/steps/99', is: 'absent' }, 'confirmed'],
    [{ at: content, is: 'absent' }, 'disproved'],
  ])('%j is %s', (query, outcome) => {
    expect(evaluateQuery(plan, query)).toBe(outcome);
  });

  test.each<[string, PlanQuery]>([
    ['a place that does not exist', { at: '/steps/99', is: 'containing', text: 'a' }],
    ['a place that does not exist', { at: '/steps/99', is: 'equal', value: null }],
    ['no pointer', { at: 'steps/2', is: 'absent' }],
    ['a wrong escape', { at: '/steps/~2', is: 'absent' }],
    ['a pointer that was cut', { at: pointer('goal', 'x'.repeat(400)), is: 'absent' }],
  ])('%s decides nothing', (_, query) => {
    expect(evaluateQuery(plan, query)).toBe('unknown');
  });

  test('what a placeholder stands for is not known before it is executed', () => {
    const hidden: Plan = { ...plan, goal: { ...plan.goal, statement: 'Read from h1-0a1b2c3d.zqx.invalid' } };
    const at = '/goal/statement';
    expect(evaluateQuery(hidden, { at, is: 'containing', text: 'db-7.bank' })).toBe('unknown');
    expect(evaluateQuery(hidden, { at, is: 'equal', value: 'Read from db-7.bank' })).toBe('unknown');
    expect(evaluateQuery(hidden, { at, is: 'containing', text: 'Read from' })).toBe('confirmed');
  });

  test('nothing a plan merely inherits is in it', () => {
    for (const at of ['/__proto__', '/constructor', '/steps/length', '/steps/00', '/steps/-', '/steps/map'])
      expect(evaluateQuery(plan, { at, is: 'absent' })).toBe('confirmed');
  });
});

const places = [...textsIn(plan)].filter(({ isName }) => !isName);
const place = fc.constantFrom(...places);
const anyPointer = fc.oneof(
  place.map(({ path }) => pointer(...path)),
  fc.string({ maxLength: 40 }).map((text) => `/${text}`),
  fc.string({ maxLength: 40 }),
);
const anyQuery = fc.oneof(
  fc.record({ at: anyPointer, is: fc.constant('absent' as const) }),
  fc.record({ at: anyPointer, is: fc.constant('equal' as const), value: fc.jsonValue() as fc.Arbitrary<Json> }),
  fc.record({ at: anyPointer, is: fc.constant('containing' as const), text: fc.string({ minLength: 1 }) }),
);

describe('for every plan and claim', () => {
  test('each text is found where it stands, whole and in parts', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(), ({ path, text }, from, length) => {
        const at = pointer(...path);
        expect(atPointer(plan, at)).toBe(text);
        expect(evaluateQuery(plan, { at, is: 'equal', value: text })).toBe('confirmed');
        expect(evaluateQuery(plan, { at, is: 'absent' })).toBe('disproved');
        const start = from % Math.max(1, text.length);
        const part = text.slice(start, start + 1 + length);
        if (part !== '') expect(evaluateQuery(plan, { at, is: 'containing', text: part })).toBe('confirmed');
      }),
    );
  });

  test('there is one answer, never an error, and it depends on nothing but the bytes', () => {
    const again = JSON.parse(canonicalJson(plan)) as Plan;
    fc.assert(
      fc.property(anyQuery, (query) => {
        const outcome = evaluateQuery(plan, query);
        expect(['confirmed', 'disproved', 'unknown']).toContain(outcome);
        expect(evaluateQuery(again, query)).toBe(outcome);
      }),
    );
  });

  test('what is equal is not absent, and equality is that of canonical JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (stated, claimed) => {
        const inputs = { value: stated as Json };
        const holder: Plan = { ...plan, source: { ...plan.source, inputs } };
        const equal = { at: '/source/inputs/value', is: 'equal', value: claimed as Json } as const;
        const isSame = canonicalJson(stated) === canonicalJson(claimed);
        expect(evaluateQuery(holder, equal)).toBe(isSame ? 'confirmed' : 'disproved');
        expect(evaluateQuery(holder, { at: equal.at, is: 'absent' })).toBe('disproved');
      }),
    );
  });
});
