import fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEntry } from './entry.ts';
import { makeNoteKey } from './keys.fixture.ts';
import { leafHash } from './merkle.ts';
import { migrate } from './migration.ts';
import { logNoteSigner } from './note-signer.ts';
import { PostgresLog } from './postgres-log.ts';
import { TestPostgres } from './postgres.fixture.ts';
import { extendRun, startOfRun, type RunHead } from './run-head.ts';
import { startWitness, type TestWitness } from './witness.fixture.ts';

let postgres: TestPostgres;
let witness: TestWitness;
let databases = 0;
const signer = logNoteSigner(makeNoteKey('log.example/sealed'));
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres.stop());

/** Opens the same database each time it is called. */
async function newDatabase(knownRuns = 100): Promise<() => Promise<PostgresLog>> {
  databases += 1;
  const connectionString = await postgres.createDatabase(`sealed_${databases}`);
  const pool = new Pool({ connectionString });
  await migrate(pool);
  await pool.end();
  witness = await startWitness(signer.vkey);
  return () => PostgresLog.open({ connectionString, signer, witnesses: [witness.client], quorum: 1, knownRuns });
}

const said = (run: string, word: string): NewEntry => ({
  key: `${run}/${word}`,
  run,
  kind: 'opinion',
  body: Buffer.from(`${run} ${word}`),
});
const settlement = (run: string, after: number, word = 'settlement'): NewEntry => ({
  ...said(run, word),
  key: `${run}/settlement`,
  kind: 'settlement',
  after,
});

function headOf(run: string, bodies: readonly Uint8Array[]): RunHead {
  return bodies.reduce((head, body) => extendRun(head, leafHash(body)), startOfRun(run));
}

test('the head of a run chains its own entries, in the order of the log, also after a restart', async () => {
  const open = await newDatabase();
  let log = await open();
  expect(await log.head('run-a')).toEqual(startOfRun('run-a'));
  const entries = ['run-a', 'run-b', 'run-a', 'run-a', 'run-b'].map((run, at) => said(run, String(at)));
  await log.append(entries.slice(0, 3));
  await log.append(entries.slice(3));
  const expected = headOf(
    'run-a',
    [0, 2, 3].map((at) => Buffer.from(`run-a ${at}`)),
  );
  expect(await log.head('run-a')).toEqual(expected);
  await log.close();
  log = await open();
  expect(await log.head('run-a')).toEqual(expected);
  await log.close();
  await witness.close();
});

test('after its settlement a run takes nothing, but says again what it has', async () => {
  const open = await newDatabase();
  let log = await open();
  await log.append([said('run-a', '1'), said('run-a', '2')]);
  await expect(log.append([settlement('run-a', 1)])).rejects.toMatchObject({ code: 'run-grown' });
  expect(await log.append([settlement('run-a', 2)])).toMatchObject({ indexes: [2] });
  for (let round = 0; round < 2; round += 1) {
    await expect(log.append([said('run-a', '3')])).rejects.toMatchObject({ code: 'run-settled' });
    expect(await log.append([said('run-a', '2')])).toMatchObject({ indexes: [1] });
    expect(await log.append([settlement('run-a', 2)])).toMatchObject({ indexes: [2] });
    await expect(log.append([settlement('run-a', 3, 'again')])).rejects.toMatchObject({ code: 'entry-conflict' });
    await log.close();
    log = await open();
  }
  expect(log.status().size).toBe(3);
  await log.close();
  await witness.close();
});

test('a refusal concerns its own call alone, and leaves no trace in the counting of the others', async () => {
  const open = await newDatabase();
  const log = await open();
  await log.append([said('run-a', '1'), settlement('run-a', 1)]);
  const answers = await Promise.allSettled([
    log.append([said('run-b', '1')]),
    log.append([said('run-b', 'lost'), said('run-a', 'late')]),
    log.append([settlement('run-b', 1)]),
    log.append([said('run-b', '2')]),
    log.append([said('duovir', 'heartbeat')]),
  ]);
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.indexes : answer.reason.code))).toEqual([
    [2],
    'run-settled',
    [3],
    'run-settled',
    [4],
  ]);
  expect(await log.find('run-b/lost')).toBeUndefined();
  await log.close();
  await witness.close();
});

test('what concerns no run never ends, and has no number', async () => {
  const open = await newDatabase();
  const log = await open();
  await log.append([{ ...said('duovir', '1'), kind: 'settlement' }]);
  expect(await log.append([said('duovir', '2')])).toMatchObject({ indexes: [1] });
  await expect(log.append([{ ...said('duovir', '3'), after: 2 }])).rejects.toMatchObject({ code: 'entry-invalid' });
  await log.close();
  await witness.close();
});

test('whoever settles while others speak names exactly what is there, and nobody speaks after it', async () => {
  const open = await newDatabase(4);
  const log = await open();
  const race = async (run: string): Promise<void> => {
    const accepted: string[] = [];
    const speak = async (speaker: number): Promise<void> => {
      for (let word = 0; ; word += 1)
        try {
          const entry = said(run, `${speaker}-${word}`);
          await log.append([entry]);
          accepted.push(entry.key);
          // Nobody speaks faster and faster for ever: then nobody else would get a word in.
          await new Promise((resolve) => setTimeout(resolve, speaker * 3 + word));
        } catch (error) {
          expect(error).toMatchObject({ code: 'run-settled' });
          return;
        }
    };
    /** As two servers after a takeover would: only one of the two settlements is the last word. */
    const settle = async (word: string): Promise<RunHead | undefined> => {
      for (;;) {
        const head = await log.head(run);
        try {
          await log.append([settlement(run, head.entries, word)]);
          return head;
        } catch (error) {
          if ((error as { code: string }).code === 'entry-conflict') return undefined;
          expect(error).toMatchObject({ code: 'run-grown' });
        }
      }
    };
    const [first, second] = await Promise.all([settle('one'), settle('two'), ...[1, 2, 3, 4].map(speak)]);
    const heads = [first, second].filter((head) => head !== undefined);
    const entries = await log.entries({ run, limit: 10_000 });
    expect(heads).toEqual([
      headOf(
        run,
        entries.slice(0, -1).map(({ body }) => body),
      ),
    ]);
    expect(entries.at(-1)?.kind).toBe('settlement');
    expect(new Set(entries.slice(0, -1).map(({ key }) => key))).toEqual(new Set(accepted));
  };
  await Promise.all(Array.from({ length: 12 }, (_, number) => race(`run-${number}`)));
  await log.close();
  await witness.close();
});

test('a killed database never lets a run be counted wrong', async () => {
  const open = await newDatabase();
  const log = await open();
  let acknowledged = 0;
  /** The break may be noticed by any of them, also by the last. */
  const persist = async (entry: NewEntry) => {
    for (;;)
      try {
        return await log.append([entry]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ledger-unavailable' });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
  };
  const speak = async (speaker: number): Promise<void> => {
    for (let word = 0; word < 30; word += 1) {
      await persist(said('run-a', `${speaker}-${word}`));
      acknowledged += 1;
    }
  };
  const speakers = [1, 2, 3, 4].map(speak);
  await new Promise((resolve) => setTimeout(resolve, 25));
  await postgres.kill();
  await postgres.resume();
  await Promise.all(speakers);
  const entries = await log.entries({ run: 'run-a', limit: 1000 });
  expect(await log.head('run-a')).toEqual(
    headOf(
      'run-a',
      entries.map(({ body }) => body),
    ),
  );
  expect(await persist(settlement('run-a', acknowledged))).toMatchObject({ indexes: [120] });
  await log.close();
  await witness.close();
});

test('it does not matter which runs are remembered: any story comes out as the plain rules say', async () => {
  const open = await newDatabase(2);
  const log = await open();
  const call = fc.record({
    run: fc.integer({ min: 0, max: 4 }),
    word: fc.integer({ min: 0, max: 9 }),
    kind: fc.constantFrom('opinion', 'opinion', 'opinion', 'settlement'),
    after: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  });
  let story = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 24 }), async (calls) => {
      story += 1;
      const model = new Map<string, string[]>();
      const settled = new Set<string>();
      const keys = new Set<string>();
      const expected = calls.map(({ run: number, word, kind, after }) => {
        const run = `run-${story}-${number}`;
        const key = `${run}/${word}`;
        if (keys.has(`${key} ${kind}`)) return 'known';
        if (keys.has(`${key} opinion`) || keys.has(`${key} settlement`)) return 'entry-conflict';
        if (settled.has(run)) return 'run-settled';
        const entries = model.get(run) ?? [];
        if (after !== undefined && after !== entries.length) return 'run-grown';
        model.set(run, [...entries, `${key} ${kind}`]);
        keys.add(`${key} ${kind}`);
        if (kind === 'settlement') settled.add(run);
        return 'written';
      });
      const before = log.status().size;
      const answers = await Promise.allSettled(
        calls.map(({ run: number, word, kind, after }) => {
          const run = `run-${story}-${number}`;
          const key = `${run}/${word}`;
          const entry = { key, run, kind, body: Buffer.from(`${key} ${kind}`) };
          return log.append([after === undefined ? entry : { ...entry, after }]);
        }),
      );
      for (const [at, answer] of answers.entries())
        if (answer.status === 'rejected') expect(answer.reason.code).toBe(expected[at]);
        else expect(['written', 'known']).toContain(expected[at]);
      expect(log.status().size - before).toBe(expected.filter((each) => each === 'written').length);
      for (const [run, bodies] of model)
        expect(await log.head(run)).toEqual(
          headOf(
            run,
            bodies.map((body) => Buffer.from(body)),
          ),
        );
    }),
    { numRuns: 60 },
  );
  await log.close();
  await witness.close();
});
