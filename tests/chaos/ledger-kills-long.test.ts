import { expect, test } from 'vitest';
import { describeKills, killLedger } from './ledger-kills.ts';

const LEDGERS = 2;
const KILLS = 100;

test('Invariant 9, ledger: after two hundred kills nothing acknowledged is lost, there is no gap and no fork', async () => {
  const reports = await Promise.all(Array.from({ length: LEDGERS }, (_, ledger) => killLedger(KILLS, 1000 + ledger)));
  console.log(describeKills(reports));
  for (const { kills, after, acknowledged, entries } of reports) {
    expect(kills.writer + kills.witness + kills.database).toBeGreaterThanOrEqual(KILLS);
    expect([...after.keys()].toSorted()).toEqual(['acknowledged', 'exporting', 'opened', 'publishing', 'rotating']);
    expect(entries).toBeGreaterThanOrEqual(acknowledged);
  }
}, 900_000);
