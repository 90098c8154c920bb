import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@duovir/server/postgres';
import { convene } from '../../attack/injection/council.ts';
import type { Reading } from '../../attack/injection/outcome.ts';
import { readTexts } from '../../attack/injection/read-everywhere.ts';
import { reportOf, type Report } from '../../attack/injection/report.ts';
import type { Suite } from './texts.ts';

export interface Graded {
  readonly report: Report;
  readonly readings: readonly Reading[];
}

/** A model server keeps every byte it has received: several councils, one after the other, need less memory than one. */
const CASES_PER_COUNCIL = 280;

/** Each suite before councils of its own, with budgets in a PostgreSQL that is thrown away. */
export async function* gradeSuites(suites: readonly Suite[], placesPerText: number): AsyncGenerator<Graded> {
  const directory = mkdtempSync(join(tmpdir(), 'duovir-injection-'));
  chmodSync(directory, 0o755);
  const postgres = await startPostgres({ directory, settings: { fsync: 'off' }, onLog: () => {} });
  try {
    for (const { name, cases } of suites) {
      const readings: Reading[] = [];
      for (let from = 0; from < cases.length; from += CASES_PER_COUNCIL) {
        const council = await convene(postgres.url);
        readings.push(...(await readTexts(council, cases.slice(from, from + CASES_PER_COUNCIL), { placesPerText })));
        await council.close();
      }
      yield { report: reportOf(name, readings), readings };
    }
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
