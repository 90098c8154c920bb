import { expect, test } from 'vitest';
import { Connection } from './connection.ts';

const now = (): Date => new Date('2026-01-01T12:00:00Z');

/** A connection whose calls end one after the other as told. */
function connectionThat(...ends: readonly (number | Error)[]): Connection {
  const left = [...ends];
  return new Connection({
    now,
    fetch: async () => {
      const end = left.shift();
      if (typeof end === 'number') return new Response('', { status: end });
      throw end ?? new Error('no more calls were expected');
    },
  });
}

test('a lost server is noticed once, with the time, and so is its return', async () => {
  const connection = connectionThat(200, new TypeError('refused'), new TypeError('refused'), 503);
  const seen: unknown[] = [];
  connection.subscribe(() => seen.push(connection.state()));
  await connection.fetch('/');
  await expect(connection.fetch('/')).rejects.toThrow('refused');
  await expect(connection.fetch('/')).rejects.toThrow('refused');
  await connection.fetch('/');
  expect(seen).toEqual([{ kind: 'lost', since: '2026-01-01T12:00:00.000Z' }, { kind: 'connected' }]);
});

test('a call that the page ended itself says nothing about the server', async () => {
  const connection = connectionThat(new DOMException('ended', 'AbortError'));
  await expect(connection.fetch('/', { signal: AbortSignal.abort() })).rejects.toThrow('ended');
  expect(connection.state()).toEqual({ kind: 'connected' });
});

test('a token the server does not know any more is told apart', async () => {
  const connection = connectionThat(401);
  await connection.fetch('/');
  expect(connection.state()).toEqual({ kind: 'refused' });
});

test('who no longer listens is not told', async () => {
  const connection = connectionThat(401);
  let told = 0;
  connection.subscribe(() => (told += 1))();
  await connection.fetch('/');
  expect(told).toBe(0);
});
