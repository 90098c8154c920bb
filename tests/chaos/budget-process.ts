// One server process of the budget tests: makes model calls against the budget until it is killed or has made enough.
// The lines it writes are the provider's bill: what was spent is said before it is settled.
//
//   node tests/chaos/budget-process.ts <database> <name> <seed> spend|hold
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CallsInFlight, createPostgresBudget, EgressError, type Amount, type LevelLimits } from '@duovir/egress';
import { Database } from '@duovir/server/database';

const CALLS = 120;
const AT_ONCE = 12;
const PATIENCE_MS = 500;
const RUNS = 6;

const [connectionString = '', name = '', seed = '', mode = ''] = process.argv.slice(2);
const database = new Database(connectionString);
const budget = createPostgresBudget({ database, connectionString, now: () => new Date(), patienceMs: PATIENCE_MS });
const inFlight = new CallsInFlight();
budget.onStop((stop) => inFlight.abortAll(new EgressError('model-stopped', stop.reason)));

let state = Number(seed);
/** Park and Miller's generator: the same seed makes the same calls. */
function random(below: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
}

const amount = (tokens: number): Amount => ({ tokens, microUsd: tokens * 3 });
const limits = (id: string, cap: number, landing: number): LevelLimits => ({
  id,
  cap: amount(cap),
  landing: amount(landing),
});
const say = (...words: readonly (string | number)[]): number => writeSync(1, `${words.join(' ')}\n`);

function levels(): readonly LevelLimits[] {
  return [
    limits('day', 90_000, 9000),
    limits(`agent/${random(3)}`, 45_000, 0),
    limits(`run/${random(RUNS)}`, 18_000, 1800),
  ];
}

async function call(id: string): Promise<void> {
  const charged = levels();
  const bound = 1 + random(400);
  const lane = random(8) === 0 ? 'landing' : 'work';
  await budget.reserve(id, charged, amount(bound), lane, AbortSignal.timeout(PATIENCE_MS));
  const cost = random(bound + 1);
  say('spent', cost, ...charged.map((level) => level.id));
  await pause(random(15));
  await budget.settle(id, random(5) === 0 ? undefined : amount(cost));
}

async function spend(): Promise<void> {
  for (let number = 0; number < CALLS / AT_ONCE; number += 1)
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, index) => {
        try {
          await call(`${name}-${number}-${index}`);
        } catch (error) {
          const isRefusal = error instanceof EgressError && error.code.startsWith('budget-');
          if (!isRefusal && !(error instanceof DOMException)) throw error;
        }
      }),
    );
}

/** Calls that never end by themselves, as a model that hangs. */
async function hold(): Promise<void> {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, index) => {
      const controller = new AbortController();
      const leave = inFlight.enter(`${name}-${index}`, controller);
      await budget.reserve(`${name}-${index}`, levels(), amount(1), 'work', controller.signal);
      say('begun');
      await new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()));
      say('ended');
      await budget.settle(`${name}-${index}`, undefined);
      leave();
    }),
  );
}

await (mode === 'hold' ? hold() : spend());
await budget.close();
await database.close();
