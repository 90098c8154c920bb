import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { createDbosEngine } from '@duovir/engine/durable';
import { startPostgres } from '@duovir/server/postgres';
import type { Figure } from './figure.ts';

const STEPS = 10;
const RUNS = 200;
const CONCURRENT = 64;
const ROUNDS = 3;

/** Runs of ten steps that do nothing, on the durable port and on DBOS alone, in turns in one process. */
export async function benchEngine(): Promise<readonly Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'duovir-bench-engine-'));
  const postgres = await startPostgres({ directory, onLog: () => {} });
  const waiting = new Map<string, () => void>();
  const nothing = async (_context: null, _run: string, _input: null): Promise<null> => null;
  const bare = DBOS.registerWorkflow(
    async () => {
      for (let step = 0; step < STEPS; step++) await DBOS.runStep(() => nothing(null, '', null), { name: 'nothing' });
    },
    { name: 'bare' },
  );
  const engine = createDbosEngine<null, { readonly nothing: typeof nothing }>({
    databaseUrl: postgres.url,
    within: (act) => act(null),
    actions: { nothing },
    workflow: async (durable) => {
      for (let step = 0; step < STEPS; step++) await durable.step('nothing', null);
      waiting.get(durable.run)?.();
    },
  });
  try {
    await engine.start();
    const onBare = async (id: string): Promise<void> =>
      (await DBOS.startWorkflow(bare, { workflowID: id })()).getResult();
    const onPort = async (id: string): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      await engine.submit(id);
      await promise;
    };
    const bareRates: number[] = [];
    const portRates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bareRates.push(await rate((n) => onBare(`bare-${round}-${n}`)));
      portRates.push(await rate((n) => onPort(`port-${round}-${n}`)));
    }
    const value = median(portRates);
    const comparedWith = median(bareRates);
    const ratio = value / comparedWith;
    return [
      {
        name: 'engine.ten-step-runs',
        value,
        unit: 'runs/s',
        comparedWith: `bare DBOS ${comparedWith.toFixed(1)} runs/s`,
        ratio,
        bar: '>= 0.6 x bare DBOS',
        ok: ratio >= 0.6,
      },
    ];
  } finally {
    await engine.stop();
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function rate(one: (n: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < RUNS) await one(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  return (RUNS * 1000) / (performance.now() - started);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
