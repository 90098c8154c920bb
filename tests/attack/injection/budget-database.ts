import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { budgetSchema, createPostgresBudget, type BudgetLedger } from '@duovir/egress';

export interface BudgetDatabase {
  readonly budget: BudgetLedger;
  close(): Promise<void>;
}

/** A budget in a database of its own on the PostgreSQL at `url`. */
export async function openBudget(url: string): Promise<BudgetDatabase> {
  const name = `injection_${randomBytes(8).toString('hex')}`;
  const maker = new pg.Client({ connectionString: url });
  await maker.connect();
  await maker.query(`create database ${name}`);
  await maker.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  const connectionString = own.toString();
  const pool = new pg.Pool({ connectionString, max: 4 });
  await pool.query('create schema duovir');
  await pool.query(budgetSchema);
  const budget = createPostgresBudget({
    connectionString,
    now: () => new Date(),
    database: { query: async (sql, values = []) => (await pool.query(sql, [...values])).rows },
  });
  return {
    budget,
    close: async () => {
      await budget.close();
      await pool.end();
    },
  };
}
