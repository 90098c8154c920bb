import { runs } from './001-runs.ts';
import { documents } from './002-documents.ts';
import type { Migration } from './migration.ts';

/** In the order they are applied. The ledger brings and applies its own. */
export const migrations: readonly Migration[] = [runs, documents];
