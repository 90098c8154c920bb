import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '@duovir/server/postgres';

/** Starts one PostgreSQL for the whole test run; each test makes its own database in it (`freshDatabase`). */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'duovir-tests-'));
  chmodSync(directory, 0o755);
  // The database lives for minutes and is thrown away: what would survive a power cut does not matter here.
  const settings = { fsync: 'off', max_connections: '300', shared_buffers: '64MB' };
  const postgres = await startPostgres({ directory, settings, onLog: () => {} });
  project.provide('postgres', postgres.url);
  return async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
