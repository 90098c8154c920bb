import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '@duovir/protocol';
import { evaluate, parseExpression, pathsOf } from './expression.ts';

const scope = { inputs: { port: 5432, argv: ['app', '--port={port}'], name: 'db' }, index: 2 };
const run = (text: string): Json => evaluate(parseExpression(text), scope);

test.each([
  ['inputs.port', 5432],
  ["'text'", 'text'],
  ['-7', -7],
  ['true', true],
  ['add(inputs.port, index)', 5434],
  ["join(inputs.argv, ' ')", 'app --port={port}'],
  ["replace(inputs.argv, '{port}', inputs.port)", ['app', '--port=5432']],
  ["eq(inputs.name, 'db')", true],
  ["not(eq(inputs.name, 'db'))", false],
  ['json(inputs.argv)', '["app","--port={port}"]'],
  ["integer('16379')", 16_379],
  ['text(inputs.port)', '5432'],
])('%s', (text, expected) => {
  expect(run(text)).toEqual(expected);
});

test.each([
  'inputs.nothing',
  'inputs.__proto__',
  'inputs.constructor',
  'process.env',
  'inputs.argv.length',
  'eval(inputs.name)',
  'add(1)',
  "add('1', 2)",
  "integer('5x')",
  'inputs.',
  'inputs.port inputs.port',
  "replace(inputs.name, '', 'x')",
  '`x`',
  '',
])('refuses %s', (text) => {
  expect(() => run(text)).toThrow(expect.objectContaining({ code: 'expression-invalid' }));
});

test('nesting without end is refused, not followed', () => {
  expect(() => run(`${'not('.repeat(1000)}true${')'.repeat(1000)}`)).toThrow('Too deep nesting');
});

test('any text either parses or is refused with our own error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      try {
        pathsOf(parseExpression(text));
      } catch (error) {
        expect(error).toMatchObject({ code: 'expression-invalid' });
      }
    }),
  );
});
