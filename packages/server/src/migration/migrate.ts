import { digestOfBytes } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Ask, Database } from '../store/database.ts';
import type { Migration } from './migration.ts';

/** Held while the schema changes, so that two servers that start together do not both change it. */
const LOCK = 'select pg_advisory_xact_lock(7205759)';

/** Applies what is missing, in order, in one transaction: the schema is never between two versions. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await database.transaction(async (ask) => {
    await ask(LOCK);
    await ask('create schema if not exists duovir_schema');
    await ask('create table if not exists duovir_schema.migration (name text primary key, digest text not null)');
    const applied = new Map(
      (await ask('select name, digest from duovir_schema.migration')).map((row) => [row['name'], row['digest']]),
    );
    for (const migration of migrations) await applyOnce(ask, applied, migration);
  });
}

async function applyOnce(ask: Ask, applied: ReadonlyMap<unknown, unknown>, migration: Migration): Promise<void> {
  const digest = digestOfBytes(migration.sql);
  const known = applied.get(migration.name);
  if (known === digest) return;
  if (known !== undefined)
    throw new ServerError('migration-changed', `This database was made with another migration ${migration.name}.`);
  await ask(migration.sql);
  await ask('insert into duovir_schema.migration (name, digest) values ($1, $2)', [migration.name, digest]);
}
