import type { ClientBase } from 'pg';
import type { HashedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import type { Tile } from './growth.ts';
import { extendState, newRun, type RunState } from './run-state.ts';

export interface RestoredEntry extends HashedEntry {
  readonly time: Date;
}

/** One batch, ready to become durable at once. */
export interface Batch {
  readonly first: number;
  readonly entries: readonly HashedEntry[];
  readonly tiles: readonly Tile[];
  readonly size: number;
  readonly note: string;
  readonly time: Date;
}

// One statement is one transaction and one flush; a crash leaves either all of the batch or nothing.
const APPEND = `
with entries as (
  insert into ledger_entry (idx, key, run, kind, leaf_hash, body, time)
  select idx, key, run, kind, leaf_hash, body, $7
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
    as batch (idx, key, run, kind, leaf_hash, body)
), tiles as (
  insert into ledger_tile (level, idx, hashes)
  select level, idx, hashes from unnest($8::smallint[], $9::bigint[], $10::bytea[]) as batch (level, idx, hashes)
  on conflict (level, idx) do update set hashes = excluded.hashes
)
insert into ledger_checkpoint (size, note, time) values ($11, $12, $7)`;

export async function insertBatch(client: ClientBase, batch: Batch): Promise<void> {
  const { entries, tiles } = batch;
  await client.query({
    name: 'ledger-append',
    text: APPEND,
    values: [
      entries.map((_, at) => batch.first + at),
      entries.map(({ key }) => key),
      entries.map(({ run }) => run),
      entries.map(({ kind }) => kind),
      entries.map(({ leaf }) => leaf),
      entries.map(({ body }) => Buffer.from(body)),
      batch.time,
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes),
      batch.size,
      batch.note,
    ],
  });
}

/** Entries and tiles of a log that is restored, before its checkpoint: only inside a transaction. */
export async function insertGrowth(
  client: ClientBase,
  { first, entries, tiles }: { first: number; entries: readonly RestoredEntry[]; tiles: readonly Tile[] },
): Promise<void> {
  await client.query(
    `insert into ledger_entry (idx, key, run, kind, leaf_hash, body, time)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::timestamptz[])`,
    [
      entries.map((_, at) => first + at),
      entries.map(({ key }) => key),
      entries.map(({ run }) => run),
      entries.map(({ kind }) => kind),
      entries.map(({ leaf }) => leaf),
      entries.map(({ body }) => Buffer.from(body)),
      entries.map(({ time }) => time),
    ],
  );
  await client.query(
    `insert into ledger_tile (level, idx, hashes) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
     on conflict (level, idx) do update set hashes = excluded.hashes`,
    [tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ hashes }) => hashes)],
  );
}

export async function insertCheckpoint(
  client: ClientBase,
  { size, note, cosigned }: { size: number; note: string; cosigned: string },
): Promise<void> {
  await client.query('insert into ledger_checkpoint (size, note, cosigned, time) values ($1, $2, $3, now())', [
    size,
    note,
    cosigned,
  ]);
}

/** An entry that some key already names. */
export interface KnownEntry {
  readonly index: number;
  readonly leaf: Buffer;
}

export async function findKeys(client: ClientBase, keys: readonly string[]): Promise<Map<string, KnownEntry>> {
  const { rows } = await client.query<{ key: string; idx: string; leaf_hash: Buffer }>(
    'select key, idx, leaf_hash from ledger_entry where key = any($1)',
    [keys],
  );
  return new Map(rows.map(({ key, idx, leaf_hash: leaf }) => [key, { index: Number(idx), leaf }]));
}

/** Those of the runs that have entries, chained anew from all of them. */
export async function selectRuns(
  client: Pick<ClientBase, 'query'>,
  names: readonly string[],
): Promise<Map<string, RunState>> {
  const { rows } = await client.query<{ run: string; kind: string; leaf: Buffer }>({
    name: 'ledger-runs',
    text: 'select run, kind, leaf_hash as leaf from ledger_entry where run = any($1) order by idx',
    values: [names],
  });
  const states = new Map<string, RunState>();
  for (const row of rows) states.set(row.run, extendState(states.get(row.run) ?? newRun(row.run), row));
  return states;
}

export async function newestCheckpoint(client: ClientBase): Promise<{ size: number; note: string } | undefined> {
  const { rows } = await client.query<{ size: string; note: string; entries: string }>(
    `select size, note, (select coalesce(max(idx) + 1, 0) from ledger_entry) as entries
     from ledger_checkpoint order by size desc limit 1`,
  );
  const [row] = rows;
  if (!row) return undefined;
  if (row.entries !== row.size)
    throw new LedgerError('ledger-corrupt', `${row.entries} entries are there, the checkpoint counts ${row.size}.`);
  return { size: Number(row.size), note: row.note };
}

export async function selectTiles(
  client: Pick<ClientBase, 'query'>,
  names: readonly { readonly level: number; readonly index: number }[],
): Promise<Tile[]> {
  const { rows } = await client.query<{ level: number; idx: string; hashes: Buffer }>({
    name: 'ledger-tiles',
    text: `select level, idx, hashes from ledger_tile
           where (level, idx) in (select * from unnest($1::smallint[], $2::bigint[]))`,
    values: [names.map(({ level }) => level), names.map(({ index }) => index)],
  });
  return rows.map(({ level, idx, hashes }) => ({ level, index: Number(idx), hashes }));
}
