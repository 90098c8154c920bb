import fc from 'fast-check';
import { expect, test } from 'vitest';
import { referencesOf, renderText, renderValue } from './template.ts';

test('a string that is one whole expression keeps the type of its value', () => {
  expect(
    renderValue({ port: '${{ inputs.port }}', list: ['${{ inputs.on }}'] }, { inputs: { port: 1, on: true } }),
  ).toEqual({ port: 1, list: [true] });
});

test('inside a text, values are written out', () => {
  expect(renderText('port = ${{ inputs.port }};${{inputs.port}}', { inputs: { port: 5432 } })).toBe('port = 5432;5432');
  expect(() => renderText('x ${{ inputs.list }}', { inputs: { list: [1] } })).toThrow('use json() or join()');
});

test('braces inside quotes do not close an expression', () => {
  expect(renderText("${{ '}}' }}", {})).toBe('}}');
});

test('an expression that is not closed is refused', () => {
  expect(() => renderText('${{ inputs.port', { inputs: { port: 1 } })).toThrow('not closed');
});

test('what an input says is never rendered again', () => {
  fc.assert(
    fc.property(fc.string(), (secret) => {
      const value = `\${{ inputs.other }}${secret}`;
      expect(renderText('${{ inputs.text }}', { inputs: { text: value, other: 'leak' } })).toBe(value);
      expect(renderText('<${{ inputs.text }}>', { inputs: { text: value, other: 'leak' } })).toBe(`<${value}>`);
    }),
  );
});

test('text without expressions stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('${{')),
      (text) => {
        expect(renderText(text, {})).toBe(text);
      },
    ),
  );
});

test('references are found with their place, also in branches that are left out', () => {
  expect(referencesOf({ steps: [{ if: '${{ eq(inputs.a, item.b) }}' }] })).toEqual([
    { segments: ['inputs', 'a'], path: ['steps', 0, 'if'] },
    { segments: ['item', 'b'], path: ['steps', 0, 'if'] },
  ]);
});
