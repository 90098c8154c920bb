import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '@duovir/server/postgres';
import * as z from 'zod';
import type { Figure } from './figure.ts';

const SERVER = fileURLToPath(new URL('../packages/server/src/why/why.bench.ts', import.meta.url));
/** Fewer, to look whether it runs: DUOVIR_BENCH_ENTRIES=20000. */
const ENTRIES = Number(process.env['DUOVIR_BENCH_ENTRIES'] ?? 1_000_000);
const QUESTIONS = 1000;
const BAR_MS = 25;

const measuredSchema = z.object({
  kind: z.literal('measured'),
  why: z.array(z.number()),
  bare: z.array(z.number()),
  size: z.int(),
  values: z.int(),
});

/** `why` through the whole API over a ledger of a million entries, beside what PostgreSQL alone takes to find the same. */
export async function benchWhy(): Promise<readonly Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'duovir-bench-why-'));
  chmodSync(root, 0o755);
  const postgres = await startPostgres({ directory: root, onLog: () => {} });
  const server = fork(SERVER, [postgres.url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(server, 'exit');
  try {
    await Promise.race([once(server, 'message'), failed(exited)]);
    server.send({ entries: ENTRIES, questions: QUESTIONS });
    const [message] = (await Promise.race([once(server, 'message'), failed(exited)])) as unknown[];
    const { why, bare, size, values } = measuredSchema.parse(message);
    const p95 = quantile(why, 0.95);
    const alone = quantile(bare, 0.95);
    return [
      {
        name: 'why.p95',
        value: round(p95),
        unit: 'ms',
        comparedWith: `PostgreSQL alone ${round(alone)} ms, of ${values} values and ${size} entries`,
        ratio: round(p95 / alone),
        bar: `<= ${BAR_MS}`,
        ok: p95 <= BAR_MS && size >= 1_000_000,
      },
      {
        name: 'why.p50',
        value: round(quantile(why, 0.5)),
        unit: 'ms',
        comparedWith: null,
        ratio: null,
        bar: `<= ${BAR_MS}`,
        ok: quantile(why, 0.5) <= BAR_MS,
      },
    ];
  } finally {
    server.kill('SIGTERM');
    await exited;
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function failed(exited: Promise<unknown>): Promise<never> {
  await exited;
  throw new Error('the server ended before it had measured');
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.POSITIVE_INFINITY;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
