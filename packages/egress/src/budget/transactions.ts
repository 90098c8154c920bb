/** Runs one statement; the values are bound, never written into the text. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** PostgreSQL as the budget needs it. Work whose answer was lost is done again: all of it must mean the same twice. */
export interface Transactions {
  query: Ask;
  /** All or nothing, at isolation level read committed. */
  transaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result>;
}
