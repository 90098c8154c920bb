import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { budgetTables } from './tables.ts';
import type { Transactions } from './transactions.ts';

export interface TestDatabase extends Transactions {
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
  await pool.query(budgetTables);
  return {
    connectionString: url.toString(),
    query: async (sql, values = []) => (await pool.query(sql, [...values])).rows,
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(async (sql, values = []) => (await client.query(sql, [...values])).rows);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}
