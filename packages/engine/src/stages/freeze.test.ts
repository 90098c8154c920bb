import { expect, test } from 'vitest';
import { Chamber, RUN } from '../chamber.fixture.ts';
import { freezeMotion } from './freeze.ts';

test('Invariant 3: what the checkers deny is denied with their findings, and nobody is sent to look at its target', async () => {
  const chamber = new Chamber('/etc/cron.d/every-minute');
  const context = chamber.context();
  chamber.attest = () => expect.fail('The attestor was sent to look.');
  const freeze = await freezeMotion(context, RUN, { motion: await chamber.motion(context), opening: 0 });
  expect(freeze).toMatchObject({ kind: 'denied' });
  expect(new Set(chamber.ledger.map(({ key }) => key.split('/')[1]))).toEqual(new Set(['checks', 'motion']));
});
