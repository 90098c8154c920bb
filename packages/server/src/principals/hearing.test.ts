import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Hearing } from './hearing.ts';

async function isHeard(answer: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    answer.then(
      () => true,
      () => true,
    ),
    pause(50, false),
  ]);
}

test('answers and errors that come in time are passed on', async () => {
  const hearing = new Hearing();
  expect(await hearing.of(Promise.resolve(7))).toBe(7);
  await expect(hearing.of(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('what is said once the server stops is heard by nobody', async () => {
  const hearing = new Hearing();
  const late = hearing.of(pause(10, 'late'));
  const failing = hearing.of(
    pause(10).then(() => {
      throw new Error('gone');
    }),
  );
  hearing.end();
  expect(await Promise.all([isHeard(late), isHeard(failing)])).toEqual([false, false]);
});
