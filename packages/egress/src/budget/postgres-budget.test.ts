import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Amount } from './amount.ts';
import type { BudgetAlert, BudgetLedger } from './budget-ledger.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { budgetDatabase, type TestDatabase } from './database.fixture.ts';
import type { LevelLimits } from './level.ts';
import { reservedOn, spentOn } from './level.ts';
import { createPostgresBudget } from './postgres-budget.ts';

let database: TestDatabase;
let budget: BudgetLedger;
let next = 0;

const now = (): Date => new Date('2026-03-01T12:00:00Z');
const amount = (tokens: number): Amount => ({ tokens, microUsd: tokens * 3 });
const never = new AbortController().signal;

const open = (patienceMs = 20_000): BudgetLedger =>
  createPostgresBudget({ database, connectionString: database.connectionString, now, patienceMs });
/** Fresh names, so that no test sees what another has spent. */
const fresh = (name: string): string => `${name}-${next++}`;
const level = (id: string, cap: number, landing = 0): LevelLimits => ({
  id,
  cap: amount(cap),
  landing: amount(landing),
});
const reserve = (call: string, levels: readonly LevelLimits[], tokens: number): Promise<void> =>
  budget.reserve(call, levels, amount(tokens), 'work', never);

async function used(id: string): Promise<{ readonly spent: number; readonly reserved: number }> {
  const state = (await budget.levels(id)).find((candidate) => candidate.id === id);
  return state
    ? { spent: spentOn(state).tokens, reserved: reservedOn(state).tokens }
    : { spent: Number.NaN, reserved: Number.NaN };
}

beforeAll(async () => {
  database = await budgetDatabase();
  budget = open();
});
afterAll(async () => {
  await budget.close();
  await database.close();
});

test('a call is booked on all its levels, and settled on all of them', async () => {
  const levels = [level(fresh('run'), 100), level(fresh('day'), 1000)];
  const call = fresh('call');
  await reserve(call, levels, 40);
  for (const { id } of levels) expect(await used(id)).toEqual({ spent: 0, reserved: 40 });
  expect(await budget.settle(call, amount(15))).toEqual(amount(15));
  for (const { id } of levels) expect(await used(id)).toEqual({ spent: 15, reserved: 0 });
});

test('what cannot fit on one level is refused on all, and the refusal says what is left', async () => {
  const levels = [level(fresh('run'), 10), level(fresh('day'), 1000)];
  const refusal = reserve(fresh('call'), levels, 11);
  await expect(refusal).rejects.toMatchObject({ code: 'budget-exhausted', consequence: 'ask-person' });
  await expect(refusal).rejects.toThrow(`${levels[0]!.id} has 10 tokens left, and the worst case of this call is 11`);
  for (const { id } of levels) expect(await used(id)).toEqual({ spent: 0, reserved: 0 });
});

test('money runs out where tokens do not', async () => {
  const run = { id: fresh('run'), cap: { tokens: 1_000_000, microUsd: 2_000_000 }, landing: amount(0) };
  const refusal = budget.reserve(fresh('call'), [run], { tokens: 1, microUsd: 2_500_000 }, 'work', never);
  await expect(refusal).rejects.toThrow('has 2.000000 USD left, and the worst case of this call is 2.500000 USD');
});

test('what is not known was spent, and settling again changes nothing', async () => {
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 40);
  expect(await budget.settle(call, undefined)).toEqual(amount(40));
  expect(await budget.settle(call, amount(1))).toEqual(amount(40));
  expect(await used(run.id)).toEqual({ spent: 40, reserved: 0 });
});

test('a call that cost more than its bound is booked at the bound and reported, each time', async () => {
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 40);
  for (let time = 0; time < 2; time += 1)
    await expect(budget.settle(call, amount(41))).rejects.toMatchObject({ code: 'bound-exceeded' });
  expect(await used(run.id)).toEqual({ spent: 40, reserved: 0 });
});

test('a call id is good for one reservation', async () => {
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 40);
  await reserve(call, [run], 40);
  expect(await used(run.id)).toEqual({ spent: 0, reserved: 40 });
  await budget.settle(call, amount(1));
  await expect(reserve(call, [run], 40)).rejects.toMatchObject({ code: 'call-repeated' });
});

test('the landing reserve is kept from work and given to undo', async () => {
  const run = level(fresh('run'), 100, 30);
  await expect(reserve(fresh('call'), [run], 71)).rejects.toMatchObject({ code: 'budget-exhausted' });
  await reserve(fresh('call'), [run], 70);
  await budget.reserve(fresh('call'), [run], amount(30), 'landing', never);
  expect(await used(run.id)).toEqual({ spent: 0, reserved: 100 });
});

test('undo draws on its own part first: work keeps what is its own', async () => {
  const run = level(fresh('run'), 100, 30);
  await budget.reserve(fresh('call'), [run], amount(30), 'landing', never);
  await reserve(fresh('call'), [run], 70);
  expect(await used(run.id)).toEqual({ spent: 0, reserved: 100 });
});

test('a call waits while others may still give room back, and big ones are not starved by small ones', async () => {
  const run = level(fresh('run'), 100);
  const [first, second] = [fresh('call'), fresh('call')];
  await reserve(first, [run], 60);
  await reserve(second, [run], 30);
  const order: string[] = [];
  const big = reserve(fresh('call'), [run], 80).then(() => order.push('big'));
  await pause(100);
  const small = reserve(fresh('call'), [run], 10).then(() => order.push('small'));
  await pause(100);
  expect(order).toEqual([]);
  await budget.settle(first, amount(0));
  await pause(100);
  expect(order).toEqual([]);
  await budget.settle(second, amount(10));
  await Promise.all([big, small]);
  expect(order).toEqual(['big', 'small']);
});

test('a full level holds up nobody who does not need it', async () => {
  const day = level(fresh('day'), 1000);
  const [full, free] = [level(fresh('run'), 100), level(fresh('run'), 100)];
  const call = fresh('call');
  await reserve(call, [day, full], 100);
  const waiting = reserve(fresh('call'), [day, full], 50);
  await reserve(fresh('call'), [day, free], 50);
  await budget.settle(call, amount(0));
  await waiting;
});

test('who waits is refused once others have spent what was left', async () => {
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 60);
  const waiting = reserve(fresh('call'), [run], 50);
  await Promise.all([
    expect(waiting).rejects.toMatchObject({ code: 'budget-exhausted' }),
    budget.settle(call, undefined),
  ]);
});

test('who leaves the queue, or waits too long in it, holds nothing', async () => {
  const hasty = open(200);
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 60);
  await expect(hasty.reserve(fresh('call'), [run], amount(50), 'work', never)).rejects.toMatchObject({
    code: 'budget-crowded',
    consequence: 'retry',
  });
  const leaving = new AbortController();
  const waiting = budget.reserve(fresh('call'), [run], amount(50), 'work', leaving.signal);
  setTimeout(() => leaving.abort(new Error('no longer wanted')), 50);
  await expect(waiting).rejects.toThrow('no longer wanted');
  await budget.settle(call, amount(0));
  await pause(100);
  expect(await used(run.id)).toEqual({ spent: 0, reserved: 0 });
  await hasty.close();
});

test('room that one process gives back is heard by those who wait in another', async () => {
  const other = open();
  const run = level(fresh('run'), 100);
  const call = fresh('call');
  await reserve(call, [run], 60);
  const waiting = other.reserve(fresh('call'), [run], amount(50), 'work', never);
  await pause(100);
  await budget.settle(call, amount(0));
  await waiting;
  await other.close();
});

test('a raised cap counts at once, a lowered one refuses until what was used fits into it', async () => {
  const id = fresh('run');
  await reserve(fresh('call'), [level(id, 100)], 80);
  await reserve(fresh('call'), [level(id, 200)], 80);
  await expect(reserve(fresh('call'), [level(id, 100)], 101)).rejects.toMatchObject({ code: 'budget-exhausted' });
  const waiting = budget.reserve(fresh('call'), [level(id, 100)], amount(1), 'work', AbortSignal.timeout(150));
  await expect(waiting).rejects.toThrow();
  expect(await used(id)).toEqual({ spent: 0, reserved: 160 });
});

test('alerts come once each, at 50, 80 and 100 percent of what was spent', async () => {
  const run = level(fresh('run'), 100);
  const alerts: BudgetAlert[] = [];
  const unsubscribe = budget.onAlert((alert) => alerts.push(alert));
  for (const tokens of [40, 20, 25, 5, 10]) {
    const call = fresh('call');
    await reserve(call, [run], tokens);
    await budget.settle(call, amount(tokens));
  }
  unsubscribe();
  expect(alerts.map(({ percent, spent }) => [percent, spent.tokens])).toEqual([
    [50, 60],
    [80, 85],
    [100, 100],
  ]);
});

test('what a dead process has left open is settled in full; what a living one holds is left alone', async () => {
  await budget.recover();
  const [dead, living] = [open(), open()];
  const run = level(fresh('run'), 1000);
  await dead.reserve(fresh('call'), [run], amount(60), 'work', never);
  await living.reserve(fresh('call'), [run], amount(30), 'work', never);
  await dead.close();
  expect(await budget.recover()).toBe(1);
  expect(await used(run.id)).toEqual({ spent: 60, reserved: 30 });
  await living.close();
});

test('the kill switch refuses new calls, empties the queue, and ends calls in flight in every process', async () => {
  const other = open();
  const run = level(fresh('run'), 100);
  const calls = [budget, other].map((ledger) => {
    const inFlight = new CallsInFlight();
    ledger.onStop((stop) => inFlight.abortAll(new Error(stop.reason)));
    return { ledger, inFlight, controller: new AbortController(), call: fresh('call') };
  });
  for (const { ledger, inFlight, controller, call } of calls) {
    inFlight.enter(call, controller);
    await ledger.reserve(call, [run], amount(45), 'work', controller.signal);
  }
  const waiting = reserve(fresh('call'), [run], 50);
  waiting.catch(() => undefined);
  await pause(50);
  const startedAt = performance.now();
  await budget.stop('spends too fast', 'officer');
  await Promise.all(calls.map(({ controller }) => abortion(controller.signal)));
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await expect(waiting).rejects.toMatchObject({ code: 'model-stopped' });
  await expect(other.reserve(fresh('call'), [run], amount(1), 'work', never)).rejects.toThrow(
    'officer has stopped all model calls: spends too fast',
  );
  await budget.stop('again', 'somebody-else');
  expect(await other.stopped()).toEqual({ reason: 'spends too fast', person: 'officer', since: now() });
  await other.resume('officer', new Date(now().getTime() - 1));
  expect(await budget.stopped()).not.toBeNull();
  await other.resume('officer', now());
  expect(await budget.stopped()).toBeNull();
  await other.reserve(fresh('call'), [run], amount(1), 'work', never);
  await other.close();
});

function abortion(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

test('a stop that came while the connection was broken is obeyed on reconnection', async () => {
  const stops: string[] = [];
  const unsubscribe = budget.onStop(({ reason }) => stops.push(reason));
  await database.query("update duovir.model_switch set reason = 'unheard', person = 'officer', since = now()");
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'duovir-budget' and datname = current_database()",
  );
  while (!stops.includes('unheard')) await pause(10);
  unsubscribe();
  await budget.resume('officer', (await budget.stopped())?.since ?? now());
  expect(await budget.stopped()).toBeNull();
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d tokens are no amount', async (tokens) => {
  await expect(reserve(fresh('call'), [level(fresh('run'), 10)], tokens)).rejects.toThrow('no amount');
});

test('a landing reserve larger than its cap is no limit', async () => {
  await expect(reserve(fresh('call'), [level(fresh('run'), 10, 11)], 1)).rejects.toMatchObject({
    code: 'amount-invalid',
  });
});

test('a call on no level is refused', async () => {
  await expect(reserve(fresh('call'), [], 1)).rejects.toThrow('names no budget level');
});

test('the last line: PostgreSQL itself commits neither an overspent level nor work on the landing reserve', async () => {
  const run = level(fresh('run'), 100, 30);
  await reserve(fresh('call'), [run], 1);
  const book = (column: string, tokens: number): Promise<unknown> =>
    database.query(`update duovir.budget_level set ${column} = $1 where id = $2`, [tokens, run.id]);
  await expect(book('work_reserved_tokens', 71)).rejects.toThrow('budget_landing_kept');
  await expect(book('landing_spent_tokens', 100)).rejects.toThrow('budget_never_overspent');
  await expect(book('work_spent_micro_usd', -1)).rejects.toThrow('budget_never_negative');
});
