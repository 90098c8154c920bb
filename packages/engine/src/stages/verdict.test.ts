import { expect, test } from 'vitest';
import { Chamber, RUN } from '../chamber.fixture.ts';
import { tallyMotion } from './verdict.ts';

test('who has approved under an older trust policy, and is put out by the new one, neither counts nor ends the run', async () => {
  const chamber = new Chamber();
  await chamber.approve('boris', await chamber.motion(chamber.context(), 'R2'));
  chamber.supersede(({ principals }) => ({ principals: principals.filter(({ name }) => name !== 'boris') }));
  const context = chamber.context();
  const motion = await chamber.motion(context, 'R2');
  const { opinion } = await chamber.said(context, motion, []);
  const tally = (until: string | null) => tallyMotion(context, RUN, { motion, opinions: [opinion], until });
  expect(await tally(null)).toMatchObject({ kind: 'referred' });
  await chamber.approve('vera', motion);
  expect(await tally('2026-02-01T00:00:00.000Z')).toMatchObject({
    kind: 'carried',
    motion: { approvals: [chamber.approvals[1]] },
  });
});

test('Invariant 11: killed after it was referred, a motion is carried by a verdict of its own, not by the one that referred it', async () => {
  const chamber = new Chamber();
  const context = chamber.context();
  const motion = await chamber.motion(context, 'R2');
  const { opinion } = await chamber.said(context, motion, []);
  const tally = (until: string | null) => tallyMotion(context, RUN, { motion, opinions: [opinion], until });
  await tally(null);
  await chamber.approve('vera', motion);
  const again = await tally(null);
  expect(again).toMatchObject({ kind: 'referred', waitMs: 0 });
  if (again.kind !== 'referred') throw new Error(again.kind);
  expect(await tally(again.until)).toMatchObject({ kind: 'carried', motion: { approvals: chamber.approvals } });
});

test('Invariant 11: killed after it was carried, a motion shows the approvals that its verdict counts, and no later one', async () => {
  const chamber = new Chamber();
  const context = chamber.context();
  const motion = await chamber.motion(context, 'R2');
  const { opinion } = await chamber.said(context, motion, []);
  const until = '2026-02-01T00:00:00.000Z';
  await chamber.approve('vera', motion);
  const first = await tallyMotion(context, RUN, { motion, opinions: [opinion], until });
  await chamber.approve('boris', motion);
  const second = await tallyMotion(context, RUN, { motion, opinions: [opinion], until });
  expect(second).toEqual(first);
  expect(second).toMatchObject({ kind: 'carried', motion: { approvals: [chamber.approvals[0]] } });
});
