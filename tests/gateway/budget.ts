import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { budgetSchema, createPostgresBudget, type BudgetLedger } from '@duovir/egress';

/** A budget in a PostgreSQL database of its own. */
export async function budgetOf(): Promise<BudgetLedger> {
  const name = `gateway_${randomBytes(8).toString('hex')}`;
  const maker = new pg.Client({ connectionString: inject('postgres') });
  await maker.connect();
  await maker.query(`create database ${name}`);
  await maker.end();
  const url = new URL(inject('postgres'));
  url.pathname = `/${name}`;
  const connectionString = url.toString();
  const pool = new pg.Pool({ connectionString, max: 4 });
  await pool.query('create schema duovir');
  await pool.query(budgetSchema);
  const budget = createPostgresBudget({
    connectionString,
    now: () => new Date(),
    patienceMs: 2000,
    database: { query: async (sql, values = []) => (await pool.query(sql, [...values])).rows },
  });
  onTestFinished(async () => {
    await budget.close();
    await pool.end();
  });
  return budget;
}
