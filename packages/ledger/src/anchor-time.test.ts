import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnchorTimes } from './anchor-time.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number): Date => new Date(Date.UTC(2026, 4, 4) + minutes * MINUTE_MS);
const anchor = (size: number, minutes: number) => ({ size, time: at(minutes), isTrusted: true, authority: 'CN=tsa' });

test('an entry under a timestamp claims no time that is five minutes later', () => {
  const times = new AnchorTimes([anchor(10, 0)]);
  expect(times.judge(9, at(5).toISOString())).toBeUndefined();
  expect(times.judge(9, at(6).toISOString())).toMatchObject({ entry: 9, rule: 'anchor-time' });
  expect(times.judge(10, at(6).toISOString())).toBeUndefined();
});

test('without timestamps nothing is late', () => {
  expect(new AnchorTimes([]).judge(0, at(1e6).toISOString())).toBeUndefined();
});

test('a time that cannot be read is late under any timestamp', () => {
  expect(new AnchorTimes([anchor(1, 0)]).judge(0, 'yesterday')).toMatchObject({ rule: 'anchor-time' });
});

test('of several timestamps the strictest counts, as if each were looked at', () => {
  const anchors = fc.array(fc.record({ size: fc.nat(50), minutes: fc.nat(100) }), { maxLength: 8 });
  fc.assert(
    fc.property(anchors, fc.nat(60), fc.nat(120), (drawn, index, minutes) => {
      const late = drawn.some((one) => one.size > index && minutes > one.minutes + 5);
      const times = new AnchorTimes(drawn.map((one) => anchor(one.size, one.minutes)));
      expect(times.judge(index, at(minutes).toISOString()) !== undefined).toBe(late);
    }),
  );
});
