import { expect, test } from 'vitest';
import { describeKills, killLedger } from './ledger-kills.ts';

test('Invariant 9, ledger: killed while it appends, publishes, exports and changes its key, it loses nothing', async () => {
  const report = await killLedger(10, 7);
  console.log(describeKills([report]));
  expect(report.acknowledged).toBeGreaterThan(50);
  expect(report.verifications).toBeGreaterThan(5);
}, 180_000);
