import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlaybook } from './check.ts';
import { parseYaml } from './yaml-document.ts';
import { smallPlaybook } from './playbook.fixture.ts';
import { formatProblem } from './problem.ts';

const check = (change: (text: string) => string): string[] => {
  const parsed = parseYaml(change(smallPlaybook), 'small.yaml');
  const checked = parsed.kind === 'valid' ? checkPlaybook(parsed.value) : parsed;
  return checked.kind === 'problems' ? checked.problems.map(formatProblem) : [];
};
const replace = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

test('a sound playbook has no problems', () => {
  expect(check((text) => text)).toEqual([]);
});

/** Name, what is replaced by what, the text on whose line the problem must be, and what it must say. */
test.each([
  ['an unknown field', '    timeout: 2m', '    timeuot: 2m', 'timeuot', 'Unknown field timeuot in steps.2'],
  ['a wrong type', "argv: ['true']\n      environment", 'argv: run\n      environment', 'argv: run', 'argv'],
  ['an action outside the catalogue', 'file.write@1', 'file.burn@1', 'file.burn@1', 'uses'],
  ['an unknown input', 'port ${{ inputs.port }}', 'port ${{ inputs.prot }}', 'inputs.prot', 'There is no input prot'],
  ['an item outside of for-each', "argv: ['true']", "argv: ['${{ item }}']", "'${{ item }}'", 'There is no item here'],
  ['an unreadable expression', 'inputs.extra', 'inputs..extra', 'inputs..extra', 'A name is missing'],
  ['a step that needs a later one', '    timeout: 2m', '    needs: [nobody]', 'nobody', 'last needs nobody'],
  ['two steps of one id', '- id: last', '- id: extra', 'name: Last', 'A step extra exists already'],
  [
    'a default outside its limits',
    'default: 5432',
    'default: 80',
    'type: integer',
    'port: 80 is below the minimum 1024',
  ],
  ['a path that leaves the root', 'path: /workspace/${{', 'path: /workspace/../${{', '/workspace/../', 'absolute path'],
  ['a duration without unit', 'timeout: 2m', "timeout: '120'", "'120'", 'a duration'],
  ['a condition that is no boolean', '${{ inputs.extra }}', '${{ inputs.port }}', 'if: ', 'if needs a boolean'],
])('%s is named with its place', (_name, from, to, marker, message) => {
  const text = replace(from, to)(smallPlaybook);
  const line = text.slice(0, text.indexOf(marker)).split('\n').length;
  const [problem] = check(() => text);
  expect(problem).toContain(message);
  expect(problem).toMatch(/^small\.yaml:\d+:\d+: .+\n {4}.+/);
  expect(Math.abs(Number(problem?.split(':')[1]) - line)).toBeLessThanOrEqual(1);
});

test('a step without compensation is named', () => {
  const missing = '    compensate:\n      none: It changes nothing.\n  - id: last';
  expect(check(replace(missing, '  - id: last')).join()).toContain('compensate');
});

test('a pattern that could run for ever is refused', () => {
  const input =
    'inputs:\n  name:\n    type: string\n    maxLength: 9\n    pattern: (a+)+\n    default: a\n    description: x\n';
  expect(check(replace('inputs:\n', input)).join()).toContain(
    'small.yaml:13:14: inputs.name.pattern: the pattern is refused',
  );
});

test('a playbook with any lines lost, doubled or swapped is sound or has problems with places', () => {
  const lines = smallPlaybook.split('\n');
  const index = fc.integer({ min: 0, max: lines.length - 1 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('drop', 'double', 'swap'), index, index), { maxLength: 3 }),
      (edits) => {
        const changed = [...lines];
        for (const [edit, at, other] of edits) {
          const [line = ''] = changed.splice(at, 1);
          if (edit === 'double') changed.splice(at, 0, line, line);
          if (edit === 'swap') changed.splice(other, 0, line);
        }
        for (const problem of check(() => changed.join('\n'))) expect(problem).toMatch(/^small\.yaml:\d+:\d+: /);
      },
    ),
  );
});

test('a document of another kind is refused', () => {
  expect(check(() => 'kind: Deployment\n').length).toBeGreaterThan(0);
  expect(check(() => '').length).toBeGreaterThan(0);
  expect(check(() => '- 1\n').length).toBeGreaterThan(0);
});
