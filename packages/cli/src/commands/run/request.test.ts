import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runRequestSchema, type RunRequest } from '@duovir/protocol';
import { addRequestOptions, requestOf, type RequestOptions } from './request.ts';

function parse(goal: string, ...argv: string[]): RunRequest {
  const command = addRequestOptions(new Command('start'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(argv, { from: 'user' });
  return requestOf(goal, command.opts<RequestOptions>());
}

test('inputs are JSON where they can be, text otherwise', () => {
  const words = ['port=6380', 'name=a=b', 'list=[1,2]', 'zip=01a'].flatMap((word) => ['--input', word]);
  const { inputs } = parse('Cluster Redis', '--target', 'sandbox', ...words);
  expect(inputs).toEqual({ port: 6380, name: 'a=b', list: [1, 2], zip: '01a' });
});

test('several ports can be occupied', () => {
  expect(parse('x', '--target', 'sandbox', '--occupy', '5432', '--occupy', '6379').occupiedPorts).toEqual([5432, 6379]);
});

test.each([
  [['--occupy', '70000']],
  [['--occupy', '0x10']],
  [['--input', 'novalue']],
  [['--input', '../x=1']],
  [['--input', 'a=1', '--input', 'a=2']],
  [['--environment', 'moon']],
  [['--data-class', 'secret']],
  [['--playbook', '../../etc/passwd']],
  [['--unknown']],
])('%j is refused before anything is sent', (argv) => {
  expect(() => parse('goal', '--target', 'sandbox', ...argv)).toThrow();
});

test('the class of its data is named, or internal', () => {
  expect(parse('x', '--target', 'sandbox').dataClass).toBe('internal');
  expect(parse('x', '--target', 'sandbox', '--data-class', 'cardholder').dataClass).toBe('cardholder');
});

test('a target has to be named', () => {
  expect(() => parse('goal')).toThrow(/target/);
});

test.each(['', '\u001b[2J', 'a\u0000b', 'x'.repeat(2001), 'a\u202eb'])('the goal %j is refused', (goal) => {
  expect(() => parse(goal, '--target', 'sandbox')).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('whatever is typed, the outcome is a valid request or a clear refusal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (goal, words) => {
      try {
        runRequestSchema.parse(parse(goal, '--target', 'sandbox', ...words.flatMap((word) => ['--input', word])));
      } catch (error) {
        expect(error).toHaveProperty('code');
        expect((error as Error).message).not.toBe('');
      }
    }),
  );
});
