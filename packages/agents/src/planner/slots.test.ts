import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Input } from '../playbook/input-schema.ts';
import { fillSlots } from './slots.ts';

const integer = (slot: Input['slot']): Input => ({
  type: 'integer',
  minimum: 0,
  maximum: 65_535,
  default: 1,
  description: 'x',
  ...(slot ? { slot } : {}),
});
const declared: Record<string, Input> = {
  port: integer({ label: ['port'] }),
  upstreamPort: integer({ label: ['upstream port'] }),
  replicas: integer({ count: ['replica', 'replicas'] }),
  hidden: integer(undefined),
  path: {
    type: 'string',
    maxLength: 100,
    pattern: '/[!-~]*',
    default: '/',
    description: 'x',
    slot: { label: ['health url'] },
  },
  argv: {
    type: 'array',
    items: { type: 'string', maxLength: 100 },
    minItems: 1,
    maxItems: 9,
    description: 'x',
    slot: { quoted: true },
  },
};

test.each([
  ['on port 6000', { port: 6000 }],
  ['port: 6000', { port: 6000 }],
  ['port=6000', { port: 6000 }],
  ['the port number is 6000', { port: 6000 }],
  ['Port 6000, upstream port 9000', { port: 6000, upstreamPort: 9000 }],
  ['two streaming replicas', { replicas: 2 }],
  ['2 replicas on port 6000', { replicas: 2, port: 6000 }],
  ['health URL /healthz?full=1.', { path: '/healthz?full=1' }],
  ['run `app --port 7000` on port 6000', { argv: ['app', '--port', '7000'], port: 6000 }],
  ['port forwarding for replicas', {}],
])('%s', (goal, inputs) => {
  expect(fillSlots(declared, goal)).toEqual({ inputs, problems: [] });
});

test.each([
  ['port 6000 and port 7000', 'port', 'two values'],
  ['replicas on 500 machines', '500', 'fills no input'],
  ['run `a` and `b`', 'argv', 'more than one command'],
])('%s is a problem', (goal, input, why) => {
  expect(fillSlots(declared, goal).problems).toMatchObject([{ input, why: expect.stringContaining(why) }]);
});

test('every number of a goal fills an input or is a problem', () => {
  const word = fc.constantFrom(
    'port',
    'upstream',
    'replicas',
    'on',
    'two',
    'the',
    'is',
    '12',
    '6000',
    '9',
    'streaming',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const { inputs, problems } = fillSlots(declared, words.join(' '));
      const known = [...Object.values(inputs).map(String), ...problems.map(({ input, why }) => `${input} ${why}`)].join(
        ' ',
      );
      for (const digits of words.filter((each) => /^\d+$/.test(each))) expect(known).toContain(digits);
    }),
  );
});

test('any goal and any port: what is said is what is filled', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 99 }), (port, replicas) => {
      expect(fillSlots(declared, `Cluster it with ${replicas} new replicas, on port ${port}!`).inputs).toEqual({
        port,
        replicas,
      });
    }),
  );
});

test('any text is read without a crash', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      (goal) => fillSlots(declared, goal).problems.length >= 0,
    ),
  );
});
