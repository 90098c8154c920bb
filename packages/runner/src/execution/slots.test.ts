import { expect, test } from 'vitest';
import { Feed } from './feed.ts';
import { Slots } from './slots.ts';

test('one step of a run at a time, many runs at once', async () => {
  const slots = new Slots();
  const slot = slots.take('run-a', 'permit-1', new Feed());
  slots.take('run-b', 'permit-2', new Feed());
  expect(() => slots.take('run-a', 'permit-3', new Feed())).toThrow(expect.objectContaining({ code: 'run-busy' }));
  expect(() => slots.take('run-a', 'permit-1', new Feed())).toThrow(expect.objectContaining({ code: 'permit-used' }));
  expect(slots.ofPermit('permit-2')?.run).toBe('run-b');
  slot[Symbol.dispose]();
  await slot.ended;
  expect(slots.take('run-a', 'permit-3', new Feed()).run).toBe('run-a');
});
