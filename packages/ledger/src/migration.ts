import type { Pool } from 'pg';

/** One numbered change of the schema. Applied once, in order, never edited afterwards. */
export interface Migration {
  readonly id: string;
  readonly sql: string;
}

export const ledgerMigrations: readonly Migration[] = [
  {
    id: 'ledger-0001',
    sql: `
create table ledger_entry (
  idx bigint primary key,
  key text not null constraint ledger_entry_key unique,
  run text not null,
  kind text not null,
  leaf_hash bytea not null,
  body bytea not null,
  time timestamptz not null
);
create index ledger_entry_run on ledger_entry (run, idx);
create table ledger_tile (
  level smallint not null,
  idx bigint not null,
  hashes bytea not null,
  primary key (level, idx)
);
-- Hashes do not compress; trying costs time.
alter table ledger_tile alter column hashes set storage external;
create table ledger_checkpoint (
  size bigint primary key,
  note text not null,
  cosigned text,
  time timestamptz not null
);`,
  },
];

/** Applies what is missing. Two processes that start together do not apply anything twice. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('duovir-ledger-migration'))");
    await client.query('create table if not exists ledger_migration (id text primary key)');
    const { rows } = await client.query<{ id: string }>('select id from ledger_migration');
    const applied = new Set(rows.map(({ id }) => id));
    for (const { id, sql } of ledgerMigrations.filter((migration) => !applied.has(migration.id))) {
      await client.query(sql);
      await client.query('insert into ledger_migration (id) values ($1)', [id]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
