import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nothing, type Amount } from './amount.ts';
import { budgetDatabase, type TestDatabase } from './database.fixture.ts';
import { LedgerModel } from './ledger-model.fixture.ts';
import { readLevels } from './level-rows.ts';
import type { Lane, LevelLimits } from './level.ts';
import { attemptReservation, settleReservation, type Claim } from './reservation.ts';

const OWNER = 1;
const SCHEDULES = 250;
const now = new Date('2026-03-01T12:00:00Z');
const amount = (tokens: number): Amount => ({ tokens, microUsd: tokens * 3 });

type Operation =
  | { readonly kind: 'reserve'; readonly run: number; readonly tokens: number; readonly lane: Lane }
  | { readonly kind: 'settle'; readonly nth: number; readonly percent: number | undefined };

const operations = fc.array(
  fc.oneof(
    fc.record<Operation & { kind: 'reserve' }>({
      kind: fc.constant('reserve'),
      run: fc.nat(1),
      tokens: fc.nat(60),
      lane: fc.constantFrom('work', 'work', 'landing'),
    }),
    fc.record<Operation & { kind: 'settle' }>({
      kind: fc.constant('settle'),
      nth: fc.nat(12),
      percent: fc.constantFrom(undefined, 0, 40, 100, 130),
    }),
  ),
  { minLength: 4, maxLength: 24 },
);

let database: TestDatabase;
let round = 0;
beforeAll(async () => {
  database = await budgetDatabase();
});
afterAll(() => database.close());

test('PostgreSQL decides and books as the model does', async () => {
  await fc.assert(
    fc.asyncProperty(operations, fc.integer({ min: 40, max: 120 }), fc.nat(30), async (history, cap, landing) => {
      round += 1;
      const model = new LedgerModel(async () => {});
      const level = (id: string, tokens: number): LevelLimits => ({
        id: `${round}-${id}`,
        cap: amount(tokens),
        landing: amount(landing),
      });
      const levelsOf = (run: number): readonly LevelLimits[] => [level('day', cap * 2), level(`run-${run}`, cap)];
      const claims: Claim[] = [];
      for (const operation of history) {
        if (operation.kind === 'reserve') {
          const { run, tokens, lane } = operation;
          const call = `${round}-call-${claims.length}`;
          const claim: Claim = { call, levels: levelsOf(run), bound: amount(tokens), lane };
          claims.push(claim);
          const expected = await outcome(model.attempt(claim));
          expect(await outcome(attemptReservation(database.query, OWNER, claim, now))).toBe(expected);
        } else {
          const { call, bound } = claims[operation.nth] ?? { call: 'none', bound: nothing };
          const { percent } = operation;
          const actual = percent === undefined ? undefined : amount(Math.floor((bound.tokens * percent) / 100));
          const settled = settleReservation(database.query, call, actual, now).then(({ charged }) => charged);
          const expected = await Promise.allSettled([model.settle(call, actual)]);
          expect((await Promise.allSettled([settled])).map(comparable)).toEqual(expected.map(comparable));
        }
        const stored = await readLevels(database.query, `${round}-`);
        const used = new Map(model.levels.map(({ id, use }) => [id, use]));
        for (const { id, use } of stored) if (used.has(id)) expect(use).toEqual(used.get(id));
      }
    }),
    { numRuns: SCHEDULES },
  );
});

async function outcome(attempt: Promise<{ readonly kind: string }>): Promise<string> {
  return attempt.then(
    ({ kind }) => kind,
    (error: unknown) => codeOf(error),
  );
}

function comparable(result: PromiseSettledResult<Amount>): unknown {
  return result.status === 'fulfilled' ? result.value : codeOf(result.reason);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  return 'code' in error ? String(error.code) : error.message;
}
