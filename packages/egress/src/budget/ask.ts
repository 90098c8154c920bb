/**
 * Runs one statement on PostgreSQL, in a transaction of its own; the values are bound, never written into the text. It
 * may be sent again when its answer was lost: all that the budget asks means the same twice.
 */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;
