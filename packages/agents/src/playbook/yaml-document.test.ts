import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_FILE_BYTES, parseYaml } from './yaml-document.ts';

const problemsOf = (text: string): readonly { line: number; column: number; message: string }[] => {
  const parsed = parseYaml(text, 'x.yaml');
  return parsed.kind === 'problems' ? parsed.problems : [];
};

test.each([
  'yes',
  'No',
  'on',
  'OFF',
  'y',
  '~',
  'null',
  '0755',
  '0o17',
  '0x1f',
  '1:30',
  '1_000',
  '.inf',
  '1e3',
  'True',
  '2026-01-05',
])('refuses the plain scalar %s', (scalar) => {
  expect(problemsOf(`a: 1\nb: ${scalar}\n`)).toMatchObject([{ line: 2, column: 4 }]);
  expect(problemsOf(`b: '${scalar}'\n`)).toEqual([]);
});

test('refuses an ambiguous key', () => {
  expect(problemsOf('on: push\n')).toMatchObject([{ line: 1, column: 1 }]);
});

test('names the second of two keys', () => {
  expect(problemsOf('a: 1\nb: 2\na: 3\n')).toMatchObject([{ line: 3, column: 1, message: 'Map keys must be unique' }]);
});

test('refuses aliases, so that nothing can be multiplied out', () => {
  const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`;
  expect(problemsOf(bomb)[0]?.message).toContain('Anchors and aliases');
});

test('refuses tags, several documents, depth and size', () => {
  expect(problemsOf('a: !!binary eA==\n')[0]?.message).toContain('tag');
  expect(problemsOf('a: 1\n---\nb: 1\n')).toHaveLength(1);
  expect(problemsOf(`a: ${'['.repeat(500)}${']'.repeat(500)}\n`)[0]?.message).toContain('deeply');
  expect(problemsOf(`a: ${'['.repeat(60_000)}\n`).length).toBeGreaterThan(0);
  expect(problemsOf(`a: ${'x'.repeat(MAX_FILE_BYTES)}\n`)[0]?.message).toContain('larger');
});

test('locates values and keys', () => {
  const parsed = parseYaml('steps:\n  - id: a\n    nmae: b\n', 'x.yaml');
  if (parsed.kind !== 'valid') throw new Error('expected a document');
  expect(parsed.value.locate(['steps', 0, 'id'])).toEqual({ line: 2, column: 9 });
  expect(parsed.value.locate(['steps', 0], 'nmae')).toEqual({ line: 3, column: 5 });
  expect(parsed.value.locate(['steps', 0, 'with', 'port'])).toEqual({ line: 2, column: 5 });
});

test('any text is a document or a list of problems, never a crash', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
      expect(['valid', 'problems']).toContain(parseYaml(text, 'x.yaml').kind);
    }),
  );
});
