import { reserveFunction } from './reserve-function.ts';
import { settleFunction } from './settle-function.ts';
import { budgetTables } from './tables.ts';

/** What the server applies as a migration: never changed, only followed by another one. */
export const budgetSchema = [budgetTables, settleFunction, reserveFunction].join('\n');
