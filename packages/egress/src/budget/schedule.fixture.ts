import fc from 'fast-check';
import { fits, nothing, plus, type Amount } from './amount.ts';
import { LedgerModel, type Tick } from './ledger-model.fixture.ts';
import { reservedOn, spentOn, type Lane, type LevelLimits } from './level.ts';
import { ReservationQueue } from './reservation-queue.ts';
import type { Claim } from './reservation.ts';

const amount = (tokens: number): Amount => ({ tokens, microUsd: tokens * 3 });

/** How a call that was admitted ends. Whatever it reports, it has cost `cost`. */
type End = 'settled' | 'unknown' | 'settled-twice' | 'crashed';

interface PlannedCall {
  readonly run: number;
  readonly agent: number;
  readonly bound: number;
  /** Percent of the bound. */
  readonly cost: number;
  readonly lane: Lane;
  readonly end: End;
}

export interface Schedule {
  readonly caps: { readonly day: number; readonly agent: number; readonly run: number };
  readonly landing: number;
  readonly calls: readonly PlannedCall[];
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  caps: fc.record({
    day: fc.integer({ min: 60, max: 150 }),
    agent: fc.integer({ min: 40, max: 120 }),
    run: fc.integer({ min: 40, max: 100 }),
  }),
  landing: fc.nat(20),
  calls: fc.array(
    fc.record<PlannedCall>({
      run: fc.nat(1),
      agent: fc.nat(1),
      bound: fc.integer({ min: 1, max: 60 }),
      cost: fc.constantFrom(0, 30, 100, 100),
      lane: fc.constantFrom('work', 'work', 'work', 'landing'),
      end: fc.constantFrom('settled', 'settled', 'unknown', 'settled-twice', 'crashed'),
    }),
    { minLength: 2, maxLength: 7 },
  ),
});

/** What was seen while a schedule was played: every sentence is a fault. */
export interface Observation {
  readonly faults: readonly string[];
  readonly ledger: LedgerModel;
}

/** Plays all calls at once through the product's own queue, in the interleaving that the scheduler picks. */
export async function play(
  { caps, landing, calls }: Schedule,
  scheduler: fc.Scheduler,
  Ledger: new (tick: Tick) => LedgerModel = LedgerModel,
): Promise<Observation> {
  const faults = new Set<string>();
  const cost = new Map<string, Amount>();
  const limits = new Map<string, LevelLimits>();
  const ledger = new Ledger(async () => {
    await scheduler.schedule(Promise.resolve());
    for (const level of ledger.levels)
      if (!fits(plus(spentOn(level), reservedOn(level)), level.cap)) faults.add(`${level.id}: booked above its cap`);
  });
  const queue = new ReservationQueue({
    attempt: (claim) => ledger.attempt(claim),
    release: (claim) => ledger.settle(claim.call, nothing),
    patienceMs: 60_000,
  });
  const level = (id: string, cap: number, kept: number): LevelLimits => {
    const given = { id, cap: amount(cap), landing: amount(kept) };
    limits.set(id, given);
    return given;
  };
  /** The truth, which no ledger sees: what the provider will charge for the calls that were let through. */
  const pay = (claim: Claim, price: Amount): void => {
    for (const { id, cap } of claim.levels) {
      const sum = plus(cost.get(id) ?? nothing, price);
      cost.set(id, sum);
      if (!fits(sum, cap)) faults.add(`${id}: overspent`);
    }
  };
  const make = async (call: PlannedCall, index: number): Promise<void> => {
    const levels = [
      level(`agent-${call.agent}`, caps.agent, landing),
      level('day', caps.day, landing),
      level(`run-${call.run}`, caps.run, landing),
    ];
    const claim: Claim = { call: `call-${index}`, levels, bound: amount(call.bound), lane: call.lane };
    const admitted = await queue.enter(claim, new AbortController().signal).then(
      () => true,
      () => false,
    );
    if (!admitted) return;
    const spent = amount(Math.floor((call.bound * call.cost) / 100));
    pay(claim, spent);
    await scheduler.schedule(Promise.resolve());
    // A crash is seen by others only once somebody recovers what was left open.
    if (call.end !== 'crashed') await ledger.settle(claim.call, call.end === 'unknown' ? undefined : spent);
    if (call.end === 'settled-twice') await ledger.settle(claim.call, undefined);
    if (call.end === 'crashed') await ledger.recover();
    queue.wake();
  };
  let waiting = calls.length;
  void Promise.all(calls.map(async (call, index) => make(call, index).finally(() => (waiting -= 1))));
  await scheduler.waitIdle();
  if (waiting > 0) faults.add(`${waiting} calls wait although nothing is in flight`);
  for (const state of ledger.levels) {
    if (!fits(reservedOn(state), nothing)) faults.add(`${state.id}: something stays reserved`);
    if (!fits(cost.get(state.id) ?? nothing, spentOn(state))) faults.add(`${state.id}: less is booked than was paid`);
  }
  return { faults: [...faults], ledger };
}
