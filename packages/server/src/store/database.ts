import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ServerError } from '../error.ts';

/** How long a statement is repeated while PostgreSQL is away: it may be killed and restarted at any time. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;

/** Errors after which the same statement may succeed: the connection broke, or the server is starting or stopping. */
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '40001',
  '40P01',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
]);
const transientMessages =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|client has encountered a connection error/i;

export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && transientCodes.has(String(error.code))) return true;
  return transientMessages.test(error.message);
}

/** PostgreSQL names the row that it refused, with all that is in it: errors are for logs, and sealed content is not. */
function withoutRow(error: unknown): unknown {
  if (error instanceof pg.DatabaseError)
    for (const part of ['detail', 'where', 'internalQuery'] as const) delete error[part];
  return error;
}

export type Row = Readonly<Record<string, unknown>>;
/** Runs one statement; the values are bound, never written into the text. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * PostgreSQL, which may vanish between any two statements. A statement whose answer was lost is sent again: everything
 * written through here must mean the same when it is done twice (Invariant 11).
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #patienceMs: number;

  constructor(connectionString: string, options: { readonly connections?: number; readonly patienceMs?: number } = {}) {
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#pool = new pg.Pool({
      connectionString,
      max: options.connections ?? 10,
      connectionTimeoutMillis: 5000,
      statement_timeout: 60_000,
      query_timeout: 65_000,
      keepAlive: true,
      application_name: 'duovir',
    });
    // An idle connection that breaks is dropped by the pool; the next statement opens another.
    this.#pool.on('error', (error) => console.error(`PostgreSQL: ${error.message}`));
  }

  query(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#persist(async () => (await this.#pool.query<Row>(sql, [...values])).rows);
  }

  /** All or nothing. The whole of `work` is repeated when the connection breaks, so it must be repeatable. */
  transaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    return this.#persist(async () => {
      const client = await this.#pool.connect();
      let broken: Error | undefined;
      const note = (error: Error): void => void (broken = error);
      client.on('error', note);
      try {
        await client.query('begin');
        const result = await work(async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((lost: Error) => void (broken = lost));
        throw error;
      } finally {
        client.off('error', note);
        client.release(broken);
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #persist<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const deadline = Date.now() + this.#patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isTransient(error)) throw withoutRow(error);
        if (Date.now() + pause > deadline)
          throw new ServerError('database-unavailable', 'PostgreSQL does not answer.', error);
      }
      await sleep(pause);
    }
  }
}
