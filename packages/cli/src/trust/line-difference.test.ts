import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordTerminal } from '../terminal/recorder.fixture.ts';
import { renderLine } from '../progress/line.ts';
import { describeChanges } from './describe-changes.ts';
import { lineDifference } from './line-difference.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

test('what is the same and removed is the text before, what is the same and added the text after', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changes = lineDifference(before, after);
      const of = (left: 'added' | 'removed'): string[] =>
        changes.filter(({ kind }) => kind !== left).map(({ line }) => line);
      expect([of('added'), of('removed')]).toEqual([before, after]);
    }),
  );
});

test('lines that both texts share are not shown as changed', () => {
  fc.assert(
    fc.property(lines, (text) => {
      expect(lineDifference(text, text).every(({ kind }) => kind === 'same')).toBe(true);
      expect(lineDifference(text, [...text, 'new']).filter(({ kind }) => kind !== 'same')).toHaveLength(1);
    }),
  );
});

test('a policy of many lines is shown by those that differ, and no text moves the cursor', () => {
  const terminal = recordTerminal();
  const changes = describeChanges([
    { at: '/access/policies', change: 'changed', before: 'permit (all);\nforbid (bob);', after: 'permit (all);\n' },
    { at: '/organisation', change: 'changed', before: 'Acme', after: '\u001b[2JMallory\u202e' },
  ]);
  for (const one of changes) terminal.write(renderLine(terminal, one));
  expect(terminal.text).toContain('- forbid (bob);');
  expect(terminal.text).not.toContain('permit (all)');
  expect(terminal.text).toContain('Acme → Mallory\n');
});
