import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Figure } from './figure.ts';

const MEASUREMENT = join(import.meta.dirname, '../packages/runner/src/sandbox/entry.bench.ts');
const HIGHEST_RATIO = 1.2;
const roundsSchema = z.strictObject({ bare: z.array(z.number()).min(100), limited: z.array(z.number()).min(100) });

/** What a step in a sandbox costs with all its limits, beside the least that could enter the same sandbox. */
export async function benchSandbox(): Promise<Figure[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [MEASUREMENT]);
  const { bare, limited } = roundsSchema.parse(JSON.parse(stdout));
  const [value, floor] = [median(limited), median(bare)];
  const ratio = value / floor;
  return [
    {
      name: 'sandboxed step, limits on, p50',
      value,
      unit: 'ms',
      comparedWith: `bare nsenter + bwrap: ${floor.toFixed(2)} ms`,
      ratio,
      bar: `<= ${HIGHEST_RATIO} x`,
      ok: ratio <= HIGHEST_RATIO,
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
}
