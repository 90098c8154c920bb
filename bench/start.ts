import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Figure } from './figure.ts';

const COMMAND = join(import.meta.dirname, '../packages/cli/bin/duovir.js');
const STARTS = 3;
const BAR_MS = 4000;
const BAR_MB = 600;
const MEGABYTE = 1_048_576;

const run = promisify(execFile);
const statusSchema = z.object({
  supervisorMemoryBytes: z.number(),
  processes: z.array(z.object({ name: z.string(), memoryBytes: z.number() })),
});

/** From `duovir up` to everything ready, and what everything then takes: proportional set size over the whole family. */
export async function benchStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-bench-'));
  const duovir = async (...argv: string[]): Promise<string> =>
    (await run(process.execPath, [COMMAND, ...argv, '--state', join(folder, '.duovir')])).stdout;
  try {
    await duovir('init');
    const firstMs = await timedUp(duovir);
    const memory = statusSchema.parse(JSON.parse(await duovir('status', '--json')));
    await duovir('down');
    const times: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      times.push(await timedUp(duovir));
      await duovir('down');
    }
    const median = times.toSorted((left, right) => left - right)[Math.floor(STARTS / 2)] ?? Number.NaN;
    const everything =
      memory.processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, memory.supervisorMemoryBytes) / MEGABYTE;
    const server = (memory.processes.find(({ name }) => name === 'server')?.memoryBytes ?? Number.NaN) / MEGABYTE;
    return [
      figure('start.ready', median, 'ms', 'the first start, which makes the database', firstMs, BAR_MS),
      figure('start.memory', everything, 'MB', 'the server alone', server, BAR_MB),
    ];
  } finally {
    await duovir('down', '--purge');
    rmSync(folder, { recursive: true });
  }
}

async function timedUp(duovir: (...argv: string[]) => Promise<string>): Promise<number> {
  const startedAt = performance.now();
  await duovir('up', '--port', '0');
  return performance.now() - startedAt;
}

function figure(name: string, value: number, unit: string, what: string, other: number, bar: number): Figure {
  return {
    name,
    value: Math.round(value),
    unit,
    comparedWith: `${what}: ${Math.round(other)} ${unit}`,
    ratio: value / other,
    bar: `≤ ${bar} ${unit}`,
    ok: value <= bar,
  };
}
