import * as z from 'zod';
import { digestSchema, egressViewSchema, type Digest, type EgressView } from '@duovir/protocol';
import type { Ended, Leaving } from '@duovir/egress';
import { ServerError } from '../error.ts';
import type { Database, Row } from './database.ts';

/** One try of a call, as it is stored: `received` is the document with what came back. */
export interface EgressRecord extends Omit<EgressView, 'ledTo'> {
  readonly number: number;
  readonly received: Digest | null;
}

export interface EgressFilter {
  readonly run?: string | undefined;
  readonly principal?: string | undefined;
  readonly model?: string | undefined;
}

const recordSchema = egressViewSchema.omit({ ledTo: true }).extend({
  number: z.int(),
  received: digestSchema.nullable(),
});

/** What left for models, and what it cost: for people to read. The ledger has the signed entries. */
export class EgressCalls {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Before its entry is in the ledger: a try that is known here only has not left. Throws `run-settled` for a run that was
   * closed while the call waited for its turn: its bill is made out.
   */
  async intend(leaving: Omit<Leaving, 'body'>, body: { digest: Digest; bytes: number; time: string }): Promise<void> {
    const { run, call, principal, purpose, question, model, provider, dataClass, redactions } = leaving;
    const rows = await this.#database.query(
      `insert into duovir.egress_call (run, call, try, time, principal, purpose, question, model, provider, data_class,
         bytes, digest, redactions)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
       from duovir.run where id = $1 and ended_at is null and state->>'stage' is distinct from 'settle'
       on conflict (call, try) do update set call = excluded.call returning call`,
      [
        run,
        call,
        leaving.try,
        body.time,
        principal,
        purpose,
        question,
        model,
        provider,
        dataClass,
        body.bytes,
        body.digest,
        JSON.stringify(redactions),
      ],
    );
    if (rows.length === 0) throw new ServerError('run-settled', `${run} has ended; nothing leaves for it any more.`);
  }

  async leave(call: string, attempt: number, entry: number): Promise<void> {
    await this.#database.query('update duovir.egress_call set entry = $3 where call = $1 and try = $2', [
      call,
      attempt,
      entry,
    ]);
  }

  async end(
    ended: Pick<Ended, 'call' | 'try' | 'outcome' | 'spent'>,
    received: Digest | null,
    entry: number,
  ): Promise<void> {
    await this.#database.query(
      `update duovir.egress_call set outcome = $3, received = $4, tokens = $5, micro_usd = $6, end_entry = $7
       where call = $1 and try = $2 and end_entry is null`,
      [ended.call, ended.try, ended.outcome, received, ended.spent.tokens, ended.spent.microUsd, entry],
    );
  }

  /** Never left: without an entry there was no effect (Invariant 9). */
  async drop(call: string, attempt: number): Promise<void> {
    await this.#database.query('delete from duovir.egress_call where call = $1 and try = $2 and entry is null', [
      call,
      attempt,
    ]);
  }

  /** Intentions and tries without an end, of all runs or of one, oldest first. */
  async pending(
    run?: string,
  ): Promise<
    readonly { readonly run: string; readonly call: string; readonly try: number; readonly digest: Digest }[]
  > {
    const rows = await this.#database.query(
      `select run, call, try, digest from duovir.egress_call
       where end_entry is null and ($1::text is null or run = $1) order by number`,
      [run ?? null],
    );
    return rows.map((row) => ({
      run: String(row['run']),
      call: String(row['call']),
      try: Number(row['try']),
      digest: digestSchema.parse(row['digest']),
    }));
  }

  /** Newest first; `before` is the number of the last one of the page before. */
  async page(filter: EgressFilter, limit: number, before?: number): Promise<readonly EgressRecord[]> {
    const rows = await this.#database.query(
      `select * from duovir.egress_call
       where entry is not null and ($2::text is null or run = $2) and ($3::text is null or principal = $3)
         and ($4::text is null or model = $4) and ($5::bigint is null or number < $5)
       order by number desc limit $1`,
      [limit, filter.run ?? null, filter.principal ?? null, filter.model ?? null, before ?? null],
    );
    return rows.map(recordOf);
  }

  /** Every try of a call, in order. */
  async tries(call: string): Promise<readonly EgressRecord[]> {
    const rows = await this.#database.query(
      'select * from duovir.egress_call where call = $1 and entry is not null order by try',
      [call],
    );
    return rows.map(recordOf);
  }

  /** What a run's calls have cost so far. */
  async spent(run: string): Promise<{ readonly tokens: number; readonly microUsd: number }> {
    const [row] = await this.#database.query(
      `select coalesce(sum(tokens), 0) as tokens, coalesce(sum(micro_usd), 0) as micro_usd
       from duovir.egress_call where run = $1`,
      [run],
    );
    return { tokens: Number(row?.['tokens']), microUsd: Number(row?.['micro_usd']) };
  }
}

function recordOf(row: Row): EgressRecord {
  const whole = (column: string): number | null => (row[column] === null ? null : Number(row[column]));
  return recordSchema.parse({
    number: whole('number'),
    call: row['call'],
    try: row['try'],
    run: row['run'],
    time: (row['time'] as Date).toISOString(),
    principal: row['principal'],
    purpose: row['purpose'],
    model: row['model'],
    provider: row['provider'],
    dataClass: row['data_class'],
    bytes: row['bytes'],
    digest: row['digest'],
    redactions: row['redactions'],
    outcome: row['outcome'],
    received: row['received'],
    tokens: whole('tokens'),
    microUsd: whole('micro_usd'),
    entry: whole('entry'),
    endEntry: whole('end_entry'),
  });
}
