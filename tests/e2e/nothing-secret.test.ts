import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { blobViewSchema, shreddingSchema, type RunEvent } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { freshDatabase } from '@duovir/server/fresh-database';
import { Installation } from '../chaos/installation.ts';
import { startScriptedPlanner, type ScriptedPlanner } from '../scripted-planner.ts';
import { startSigned } from '../signed-run.ts';
import { planted, plantingPlanner } from './planted-words.ts';

const installation = new Installation();
let database: string;
let planner: ScriptedPlanner;
let client: Client;
let run: string;

beforeAll(async () => {
  planner = await startScriptedPlanner(plantingPlanner);
  database = await freshDatabase(inject('postgres'));
  process.env['DATABASE_URL'] = database;
  await installation.duovir('init', '--models', planner.file);
  delete process.env['DATABASE_URL'];
  await installation.up();
  client = await installation.client();
}, 180_000);
afterAll(async () => {
  await installation.close();
  await planner?.close();
}, 180_000);

async function settled(goal: string, inputs: Record<string, string> = {}): Promise<readonly RunEvent[]> {
  const { id } = await startSigned(installation.state, client, { goal, target: 'sandbox', inputs });
  run = id;
  const events: RunEvent[] = [];
  for await (const event of client.events(id)) {
    events.push(event);
    if (event.type === 'clarification-ask') {
      while ((await client.run(id)).state.kind !== 'asking') await pause(50);
      await client.answer(id, `Blue, ${planted.answer}.`);
    }
    if (event.type === 'approval-wait') await installation.duovir('approval', 'approve', event.body.motion);
    if (event.type === 'run-end') break;
  }
  return events;
}

/** Which of the planted words are in these bytes, plain or in base64. */
function foundIn(bytes: string | Buffer): string[] {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return Object.entries(planted).flatMap(([place, value]) => {
    const encoded = ['', 'x', 'xx'].map((before) =>
      Buffer.from(before + value)
        .toString('base64')
        .slice(4, -4),
    );
    return [value, ...encoded].some((form) => text.includes(form)) ? [place] : [];
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every row of every table whose name fits, as text. */
async function rowsOf(fits: (table: string) => boolean): Promise<Map<string, string>> {
  const connection = new pg.Client({ connectionString: database });
  await connection.connect();
  try {
    const { rows: tables } = await connection.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const found = new Map<string, string>();
    for (const { name } of tables.filter((table) => fits(table.name))) {
      const { rows } = await connection.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} as t`);
      found.set(name, rows.map(({ row }) => row).join('\n'));
    }
    return found;
  } finally {
    await connection.end();
  }
}

test('words are planted in everything that people, models and programs say', async () => {
  const goal = `Please write a note for ${planted.goal}`;
  const events = await settled(goal, { colour: planted.input });
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome: 'undone' } });
  const told = foundIn(JSON.stringify(events));
  for (const place of ['goal', 'input', 'question', 'answer', 'explanation', 'title', 'file', 'stdout', 'stderr'])
    expect(told).toContain(place);
  // What only programs make is hidden even from those who may read the run.
  expect(told).not.toContain('card');
  expect(told).not.toContain('cloudKey');
}, 180_000);

test('and where no plan comes of it', async () => {
  const noted = run;
  const events = await settled(`Pay with card ${planted.card}, password=${planted.token}, key ${planted.cloudKey}`);
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome: 'rejected' } });
  run = noted;
  await installation.duovir('egress', 'stop', '--reason', planted.modelStop);
  await installation.duovir('egress', 'resume', '--as', 'approver');
  await installation.duovir('stop', 'now', '--reason', planted.stop);
  await installation.duovir('stop', 'lift', '--as', 'approver');
}, 180_000);

test('Invariant 12, nothing secret in the ledger: in no leaf, no tile, no published file and no index', async () => {
  const folder = join(installation.state, '..', 'exported');
  await installation.duovir('ledger', 'export', folder);
  const files = [...filesBelow(folder), ...filesBelow(join(installation.state, 'ledger'))];
  expect(files.length).toBeGreaterThan(4);
  expect(files.flatMap((file) => foundIn(readFileSync(file)).map((place) => `${place} in ${file}`))).toEqual([]);
  const payloads: string[] = [];
  for await (const { envelope } of client.ledgerEntries())
    payloads.push(Buffer.from(envelope.payload, 'base64').toString());
  expect(payloads.length).toBeGreaterThan(30);
  expect(payloads.flatMap(foundIn)).toEqual([]);
  const index = await rowsOf((table) => /ledger_|[.]why_/.test(table));
  expect(index.size).toBeGreaterThan(4);
  expect([...index].flatMap(([table, rows]) => foundIn(rows).map((place) => `${place} in ${table}`))).toEqual([]);
}, 180_000);

test('in no log of a process, and in no report', async () => {
  const logs = filesBelow(join(installation.state, 'log'));
  expect(logs.length).toBeGreaterThan(3);
  expect(logs.reduce((sum, file) => sum + statSync(file).size, 0)).toBeGreaterThan(0);
  expect(logs.flatMap((file) => foundIn(readFileSync(file)).map((place) => `${place} in ${file}`))).toEqual([]);
  for (const report of [
    ['ledger', 'verify'],
    ['ledger', 'verify', '--json'],
    ['status'],
    ['budget', 'show'],
    ['egress', 'list'],
  ])
    expect(foundIn(await installation.duovir(...report))).toEqual([]);
}, 180_000);

/** Of processes, for themselves: every stop that the runner was ever told of, and plans of the last runs that were attested. */
const MEMORY = /\/(?:runner\/memory\/stops|attestor\/memory\/plans)\//;

test('in no file below the state directory, but in the memory of runner and attestor', () => {
  const own = filesBelow(installation.state).filter((file) => !MEMORY.test(file));
  expect(own.flatMap((file) => foundIn(readFileSync(file)).map((place) => `${place} in ${file}`))).toEqual([]);
});

test('once the run is shredded, its words are in no row of the database, the journal included', async () => {
  const before = await rowsOf(() => true);
  expect([...before.values()].flatMap(foundIn)).toContain('goal');
  const shred = (...wishes: string[]): Promise<string> =>
    installation.duovir('blob', 'shred', '--reason', 'erasure', '--json', ...wishes);
  expect(JSON.parse(await shred('--older-than', '400d', '--dry-run'))).toEqual([]);
  const blobs = z
    .array(blobViewSchema)
    .parse(JSON.parse(await installation.duovir('blob', 'list', '--run', run, '--json')));
  const one = blobs.find(({ role }) => role === 'plan')?.commitment ?? '';
  const sealed = z.array(blobViewSchema).parse(JSON.parse(await shred('--run', run, '--dry-run')));
  expect(sealed.map(({ commitment }) => commitment)).toContain(one);
  const first = shreddingSchema.parse(JSON.parse(await shred(one.slice(0, 20), '--run', run, '--yes')));
  expect(first.shredded).toMatchObject([{ commitment: one, run }]);
  const rest = shreddingSchema.parse(JSON.parse(await shred('--run', run, '--yes')));
  expect(rest.shredded).toHaveLength(sealed.length - 1);
  const words = ['goal', 'input', 'question', 'answer', 'title', 'file', 'setting', 'stdout', 'stderr'];
  const left = [...(await rowsOf(() => true))].flatMap(([table, rows]) =>
    foundIn(rows)
      .filter((place) => words.includes(place))
      .map((place) => `${place} in ${table}`),
  );
  expect(left).toEqual([]);
  const shown = await installation.duovir('run', 'show', run);
  expect(shown).toMatch(/shredded by entry \d+/);
  expect(JSON.parse(await installation.duovir('ledger', 'verify', '--json'))).toMatchObject({ ok: true });
}, 180_000);
