import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { budgetSchema, createPostgresBudget, reservedOn, spentOn, type BudgetLedger } from '@duovir/egress';
import { Database } from '@duovir/server/database';
import { freshDatabase } from '@duovir/server/fresh-database';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';

const PROCESS = fileURLToPath(new URL('budget-process.ts', import.meta.url));
const PROCESSES = 4;
const KILLS = 16;
const SPENDS_BEFORE_KILL = 20;

let connectionString: string;
let database: Database;
let budget: BudgetLedger;
const living = new Set<ChildProcess>();
/** What the provider has been paid, by level. */
const bill = new Map<string, number>();
const words = new Map<string, number>();

beforeEach(async () => {
  connectionString = await freshDatabase(inject('postgres'));
  database = new Database(connectionString);
  await database.query('create schema duovir');
  await database.query(budgetSchema);
  budget = createPostgresBudget({ database, connectionString, now: () => new Date() });
  bill.clear();
  words.clear();
});
afterEach(async () => {
  for (const child of living) child.kill('SIGKILL');
  await budget.close();
  await database.close();
});

test('Invariant 8, budget: processes that are killed between any two lines overspend nothing, and nothing stays reserved', async () => {
  let isOver = false;
  const watching = watch(() => isOver);
  let killed = 0;
  const start = (): void => {
    let spent = 0;
    const child = begin(`process-${killed}-${living.size}`, 'spend', () => {
      spent += 1;
      if (child.killed || spent < SPENDS_BEFORE_KILL || killed === KILLS) return;
      // In the middle of a call: it has just been paid, and is not settled.
      killed += 1;
      child.kill('SIGKILL');
      start();
    });
  };
  for (let index = 0; index < PROCESSES; index += 1) start();
  while (living.size > 0) await Promise.all([...living].map(async (child) => once(child, 'close')));
  isOver = true;
  expect(await watching).toBeGreaterThan(10);
  expect(killed).toBe(KILLS);

  expect(await budget.recover()).toBeGreaterThanOrEqual(KILLS / 2);
  expect(await budget.recover()).toBe(0);
  const [sum] = await database.query(
    `select count(*)::int as calls, count(*) filter (where state = 'open')::int as open from duovir.budget_reservation`,
  );
  expect(sum).toMatchObject({ open: 0 });
  expect(Number(sum?.['calls'])).toBeGreaterThan(100);
  const booked = await chargedByLevel();
  for (const level of await budget.levels()) {
    expect(reservedOn(level)).toEqual({ tokens: 0, microUsd: 0 });
    expect(spentOn(level)).toEqual(booked.get(level.id));
    expect(spentOn(level).tokens).toBeLessThanOrEqual(level.cap.tokens);
    expect(bill.get(level.id) ?? 0).toBeLessThanOrEqual(spentOn(level).tokens);
  }
}, 180_000);

test('the kill switch ends every call in flight of every process in less than a second', async () => {
  for (let index = 0; index < PROCESSES; index += 1) begin(`holder-${index}`, 'hold');
  const calls = PROCESSES * 12;
  while ((words.get('begun') ?? 0) < calls) await pause(20);
  const startedAt = performance.now();
  await budget.stop('spends too fast', 'officer');
  while ((words.get('ended') ?? 0) < calls) await pause(1);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await Promise.all([...living].map(async (child) => once(child, 'close')));
  expect(await budget.recover()).toBe(0);
}, 60_000);

function begin(name: string, mode: 'spend' | 'hold', onSpent = (): void => {}): ChildProcess {
  const child = spawn(
    process.execPath,
    [PROCESS, connectionString, name, String(name.length * 7919 + living.size + 17), mode],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  living.add(child);
  child.on('close', () => living.delete(child));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', tokens = '0', ...levels] = line.split(' ');
    words.set(word, (words.get(word) ?? 0) + 1);
    for (const level of levels) bill.set(level, (bill.get(level) ?? 0) + Number(tokens));
    if (word === 'spent') onSpent();
  });
  return child;
}

/** Looks at the levels while others book on them; returns how often. What is paid must have been reserved before. */
async function watch(isOver: () => boolean): Promise<number> {
  let looks = 0;
  for (; !isOver(); looks += 1) {
    const paid = new Map(bill);
    for (const level of await budget.levels()) {
      const used = spentOn(level).tokens + reservedOn(level).tokens;
      expect(used).toBeLessThanOrEqual(level.cap.tokens);
      expect(paid.get(level.id) ?? 0).toBeLessThanOrEqual(used);
      expect(level.use.work.spent.tokens + level.use.work.reserved.tokens).toBeLessThanOrEqual(
        level.cap.tokens - level.landing.tokens,
      );
    }
    await pause(20);
  }
  return looks;
}

async function chargedByLevel(): Promise<ReadonlyMap<string, { readonly tokens: number; readonly microUsd: number }>> {
  const rows = await database.query(
    `select level, sum(charged_tokens)::int as tokens, sum(charged_micro_usd)::int as micro_usd
     from duovir.budget_reservation, unnest(levels) as level group by level`,
  );
  return new Map(
    rows.map((row) => [String(row['level']), { tokens: Number(row['tokens']), microUsd: Number(row['micro_usd']) }]),
  );
}
