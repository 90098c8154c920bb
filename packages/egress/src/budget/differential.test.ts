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

/** Percent of the first cap, and the landing part: another trust policy may have come into force. */
interface Limits {
  readonly percent: number;
  readonly landing: number;
}

type Operation =
  | {
      readonly kind: 'reserve';
      readonly run: number;
      readonly tokens: number;
      readonly lane: Lane;
      readonly limits: Limits;
    }
  | { readonly kind: 'settle'; readonly nth: number; readonly percent: number | undefined };

const operations = fc.array(
  fc.oneof(
    fc.record<Operation & { kind: 'reserve' }>({
      kind: fc.constant('reserve'),
      run: fc.nat(1),
      tokens: fc.nat(60),
      lane: fc.constantFrom('work', 'work', 'landing'),
      limits: fc.record({ percent: fc.constantFrom(100, 100, 60, 150), landing: fc.constantFrom(0, 10, 10, 24) }),
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
    fc.asyncProperty(operations, fc.integer({ min: 40, max: 120 }), async (history, cap) => {
      round += 1;
      const model = new LedgerModel(async () => {});
      const level = (id: string, tokens: number, { percent, landing }: Limits): LevelLimits => ({
        id: `${round}-${id}`,
        cap: amount(Math.floor((tokens * percent) / 100)),
        landing: amount(landing),
      });
      const levelsOf = (run: number, limits: Limits): readonly LevelLimits[] => [
        level('day', cap * 2, limits),
        level(`run-${run}`, cap, limits),
      ];
      const claims: Claim[] = [];
      for (const operation of history) {
        if (operation.kind === 'reserve') {
          const { run, tokens, lane, limits } = operation;
          const call = `${round}-call-${claims.length}`;
          const claim: Claim = { call, levels: levelsOf(run, limits), bound: amount(tokens), lane };
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
        expect(stored).toEqual(model.levels);
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
