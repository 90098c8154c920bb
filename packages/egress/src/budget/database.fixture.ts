import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Ask } from './ask.ts';
import { budgetSchema } from './budget-schema.ts';

export interface TestDatabase {
  readonly query: Ask;
  readonly connectionString: string;
  close(): Promise<void>;
}

/** A database of its own in the PostgreSQL of the test run, with the budget's tables and nothing else. */
export async function budgetDatabase(): Promise<TestDatabase> {
  const name = `budget_${randomBytes(8).toString('hex')}`;
  const maker = new pg.Client({ connectionString: inject('postgres') });
  await maker.connect();
  await maker.query(`create database ${name}`);
  await maker.end();
  const url = new URL(inject('postgres'));
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.toString(), max: 20 });
  await pool.query('create schema duovir');
  await pool.query(budgetSchema);
  return {
    connectionString: url.toString(),
    query: async (sql, values = []) => (await pool.query(sql, [...values])).rows,
    close: () => pool.end(),
  };
}
