import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atPointer } from '@duovir/policy';
import { planFrom } from '../reviewer/motion.fixture.ts';
import { flatText } from './flat-text.ts';
import { planText } from './plan-text.ts';

test('each value stands in a line of its own, after its pointer', () => {
  expect(flatText({ a: [1, { b: 'two\nlines' }], 'c/d': {}, e: [], f: undefined })).toBe(
    '[/a/0] 1\n[/a/1/b]\n| two\n| lines\n[/c~1d] {}\n[/e] []',
  );
});

test('no value can pretend to be another one', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (values) => {
      const heads = flatText(values)
        .split('\n')
        .filter((line) => !line.startsWith('| '));
      expect(heads.map((line) => /^\[(\/\d+)?\]/.exec(line)?.[1])).toEqual(
        values.length === 0 ? [undefined] : values.map((_, index) => `/${index}`),
      );
    }),
  );
});

test('of a plan every pointer shown exists, and nothing is shown that only blinds its digest', () => {
  const plan = planFrom('postgres', 'cluster');
  const shown = planText(plan);
  const pointers = Array.from(shown.matchAll(/^\[([^\]]+)\]/gm), ([, at = '']) => at);
  expect(pointers.length).toBeGreaterThan(300);
  for (const at of pointers) expect(atPointer(plan, at)).toBeDefined();
  expect(shown).toContain('[/steps/0/id] sandbox\n');
  expect(shown).not.toContain(plan.salt);
});
