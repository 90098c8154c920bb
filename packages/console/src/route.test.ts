import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, parseRoute } from './route.ts';

test.for(['', '#', '#/', '#/runs', '#/runs/'])('%j is the list of runs', (fragment) => {
  expect(parseRoute(fragment)).toEqual({ kind: 'runs' });
});

test('a run, the approvals and a question have their own addresses', () => {
  expect(parseRoute('#/runs/run-1')).toEqual({ kind: 'run', id: 'run-1' });
  expect(parseRoute('#/approvals')).toEqual({ kind: 'approvals' });
  expect(parseRoute('#/models')).toEqual({ kind: 'models' });
  expect(parseRoute('#/passkeys')).toEqual({ kind: 'passkeys' });
  expect(parseRoute('#/runs/run-1/motions/sha256%3Aabc')).toEqual({
    kind: 'motion',
    run: 'run-1',
    digest: 'sha256:abc',
  });
  expect(parseRoute('#/why')).toEqual({ kind: 'why', question: undefined });
  expect(parseRoute('#/why/sandbox/redis.1/port')).toEqual({
    kind: 'why',
    question: { target: 'sandbox', resource: 'redis.1', path: 'port' },
  });
  expect(parseRoute('#/why/sandbox/%2Fetc%2Fmotd')).toEqual({
    kind: 'why',
    question: { target: 'sandbox', resource: '/etc/motd', path: '' },
  });
});

test('a path with slashes in it may be written as it is', () => {
  expect(parseRoute('#/why/sandbox/deployment/spec/replicas')).toMatchObject({ question: { path: 'spec/replicas' } });
});

test.for([
  '#/nothing',
  '#/runs/run-1/more',
  '#/runs/run-1/motions',
  '#/runs/run-1/motions/sha256%3Aabc/more',
  '#/passkeys/1',
  '#/approvals/1',
  '#/models/1',
  '#/why/sandbox',
  '#/runs/%e4%',
])('%j is nowhere, and says so', (fragment) => {
  expect(parseRoute(fragment)).toEqual({ kind: 'unknown' });
});

test('every place is found again by its address, whatever its names are made of', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.constantFrom(
          { kind: 'runs' as const },
          { kind: 'approvals' as const },
          { kind: 'models' as const },
          { kind: 'passkeys' as const },
        ),
        fc.record({ kind: fc.constant('run' as const), id: word }),
        fc.record({ kind: fc.constant('motion' as const), run: word, digest: word }),
        fc.record({
          kind: fc.constant('why' as const),
          question: fc.option(fc.record({ target: word, resource: word, path: fc.oneof(word, fc.constant('')) }), {
            nil: undefined,
          }),
        }),
      ),
      (route) => {
        expect(parseRoute(addressOf(route))).toEqual(route);
      },
    ),
  );
});

test('no address makes it fail', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseRoute(`#${text}`).kind !== undefined));
});
