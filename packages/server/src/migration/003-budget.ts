import { budgetSchema } from '@duovir/egress';
import type { Migration } from './migration.ts';

export const budget: Migration = { name: '003-budget', sql: budgetSchema };
