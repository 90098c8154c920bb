import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { budgetSchema, CallsInFlight, createPostgresBudget, type BudgetLedger, type LevelLimits } from '@duovir/egress';
import { Database } from '@duovir/server/database';
import { startPostgres } from '@duovir/server/postgres';
import type { Figure } from './figure.ts';

const CALLERS = 16;
const IN_FLIGHT = 50;
const WARM_UP_MS = 1000;
const MEASURED_MS = 5000;
const STOPS = 20;
const BOUND = { tokens: 1000, microUsd: 3000 };
const COST = { tokens: 700, microUsd: 2100 };

/** The budget on a PostgreSQL that flushes every commit, beside what one row costs that everybody updates. */
export async function benchBudget(): Promise<readonly Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'duovir-bench-budget-'));
  const postgres = await startPostgres({ directory: join(root, 'database'), onLog: () => {} });
  const database = new Database(postgres.url, { connections: CALLERS });
  try {
    await database.query('create schema duovir');
    await database.query(budgetSchema);
    const budget = createPostgresBudget({ database, connectionString: postgres.url, now: () => new Date() });
    try {
      const calls = await measure((caller, number) => reserveAndSettle(budget, caller, number));
      await database.query('create table counter (id integer primary key, value bigint not null)');
      await database.query('insert into counter values (1, 0)');
      const updates = await measure(async () => {
        for (const change of [BOUND.tokens, -BOUND.tokens])
          await database.query('update counter set value = value + $1 where id = 1', [change]);
      });
      return [...figures(calls, updates), await stopping(budget)];
    } finally {
      await budget.close();
    }
  } finally {
    await database.close();
    // The pool does not wait until PostgreSQL has seen its connections go.
    await pause(200);
    await postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Five levels, of which the day is everybody's: the worst case for locks. */
function levels(caller: number): readonly LevelLimits[] {
  const cap = { tokens: 1_000_000_000, microUsd: 3_000_000_000 };
  const landing = { tokens: 1000, microUsd: 3000 };
  return ['day', `team/${caller % 2}`, `agent/${caller % 4}`, `run/${caller}`, `motion/${caller}`].map((id) => ({
    id,
    cap,
    landing,
  }));
}

async function reserveAndSettle(budget: BudgetLedger, caller: number, number: number): Promise<void> {
  const call = `${caller}-${number}`;
  await budget.reserve(call, levels(caller), BOUND, 'work', new AbortController().signal);
  await budget.settle(call, COST);
}

interface Measured {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

async function measure(work: (caller: number, number: number) => Promise<void>): Promise<Measured> {
  const latencies: number[] = [];
  const begin = performance.now() + WARM_UP_MS;
  const end = begin + MEASURED_MS;
  const repeat = async (caller: number): Promise<void> => {
    let number = 0;
    for (let started = performance.now(); started < end; started = performance.now()) {
      await work(caller, number++);
      if (started >= begin && performance.now() <= end) latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => repeat(caller)));
  return { perSecond: (latencies.length * 1000) / MEASURED_MS, latencies };
}

/** From the flip of the switch to the moment at which no call is in flight any more, settled calls included. */
async function stopping(budget: BudgetLedger): Promise<Figure> {
  const times: number[] = [];
  for (let stop = 0; stop < STOPS; stop += 1) {
    const inFlight = new CallsInFlight();
    const unsubscribe = budget.onStop(({ reason }) => inFlight.abortAll(new Error(reason)));
    const begun = Array.from({ length: IN_FLIGHT }, (_, index) => hang(budget, inFlight, `stop-${stop}-${index}`));
    const ends = (await Promise.all(begun)).map(({ end }) => end);
    const startedAt = performance.now();
    await budget.stop('measured', 'officer');
    await Promise.all(ends);
    times.push(performance.now() - startedAt);
    unsubscribe();
    await budget.resume('officer', (await budget.stopped())?.since ?? new Date());
  }
  const worst = Math.max(...times);
  return figure(
    'budget.kill-switch-to-zero',
    worst,
    'ms',
    `the median: ${quantile(times, 0.5).toFixed(1)} ms`,
    1000,
    '<=',
  );
}

/** A call to a model that never answers. */
async function hang(
  budget: BudgetLedger,
  inFlight: CallsInFlight,
  call: string,
): Promise<{ readonly end: Promise<void> }> {
  const controller = new AbortController();
  const leave = inFlight.enter(call, controller);
  await budget.reserve(call, levels(0), BOUND, 'work', controller.signal);
  const aborted = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()));
  const end = aborted.then(async () => {
    await budget.settle(call, undefined);
    leave();
  });
  return { end };
}

function figures(calls: Measured, updates: Measured): readonly Figure[] {
  const plain = `two plain updates of one row: ${updates.perSecond.toFixed(0)}/s`;
  const p50 = quantile(calls.latencies, 0.5);
  const p99 = quantile(calls.latencies, 0.99);
  const latencyOf = (share: number): string => `two plain updates: ${quantile(updates.latencies, share).toFixed(1)} ms`;
  return [
    {
      ...figure('budget.reserved-and-settled', calls.perSecond, 'calls/s', plain, 100, '>='),
      ratio: calls.perSecond / updates.perSecond,
    },
    {
      ...figure('budget.call-p50', p50, 'ms', latencyOf(0.5), 100, '<='),
      ratio: p50 / quantile(updates.latencies, 0.5),
    },
    {
      ...figure('budget.call-p99', p99, 'ms', latencyOf(0.99), 250, '<='),
      ratio: p99 / quantile(updates.latencies, 0.99),
    },
  ];
}

function figure(
  name: string,
  value: number,
  unit: string,
  comparedWith: string,
  bar: number,
  sign: '<=' | '>=',
): Figure {
  const ok = sign === '<=' ? value <= bar : value >= bar;
  return { name, value, unit, comparedWith, ratio: null, bar: `${sign} ${bar}`, ok };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.POSITIVE_INFINITY;
}
