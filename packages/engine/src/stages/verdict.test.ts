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
  const tally = () => tallyMotion(context, RUN, { motion, opinions: [opinion], until: null });
  expect(await tally()).toMatchObject({ kind: 'referred' });
  await chamber.approve('vera', motion);
  expect(await tally()).toMatchObject({ kind: 'carried', motion: { approvals: [chamber.approvals[1]] } });
});
