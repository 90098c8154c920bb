import * as z from 'zod';
import { digestSchema, pathOfPointer, runIdSchema, stepIdSchema, type WhyValue } from '@duovir/protocol';
import type { AttestedStep } from '../why/derive-run.ts';
import { ValueSeal } from '../why/sealed-value.ts';
import { forgetRows, insertRows, PLACES, planSeals, rowsIn, rowsOf } from './attested-rows.ts';
import type { Database, Row } from './database.ts';

/** A value as the index has it, and the step that made it true. */
export interface IndexedValue {
  readonly place: number;
  readonly target: string;
  readonly resource: string;
  readonly path: readonly string[];
  readonly value: WhyValue;
  readonly run: string;
  readonly step: string;
  readonly motion: z.output<typeof digestSchema>;
  readonly time: string;
  readonly entry: number;
  readonly undone: number | null;
}

const number = z.coerce.number().int();
const rowSchema = z.object({
  place: number,
  target: z.string(),
  resource: z.string(),
  path: z.string(),
  run: runIdSchema,
  step: stepIdSchema,
  motion: digestSchema,
  time: z.date().transform((time) => time.toISOString()),
  entry: number,
  undone: z.union([z.null(), number]),
  sealed: z.instanceof(Buffer),
  key: z.union([z.null(), z.instanceof(Buffer)]),
});

const COLUMNS = `value.place, value.target, value.resource, value.path, value.sealed,
  step.run, step.step, step.motion, step.time, step.entry, step.undone, document.key`;
/**
 * Without its plan's key a value cannot be opened any more. Each `limit` keeps the planner from reading a whole table for a
 * page of rows.
 */
const JOINED = `join lateral (select * from duovir.why_step where entry = value.place / ${PLACES} limit 1) step on true
  left join lateral (select key from duovir.document
    where digest = step.motion and run = step.run and role = 'plan' limit 1) document on true`;

/** By what values are looked up that somebody or something has changed. */
export type ChangeFilter =
  | { readonly by: 'run' | 'motion' | 'verdict' | 'policy'; readonly is: string }
  | { readonly by: 'principal'; readonly is: string };

/** A place that can be asked about, and the run that wrote it last. */
export interface KnownPlace {
  readonly resource: string;
  readonly path: readonly string[];
  readonly position: readonly string[];
  readonly run: string;
}

/**
 * What attested steps made true, by place. Untrusted: rows are derived from ledger and plans, and whoever asks checks what they
 * name (ADR 0032).
 */
export class AttestedValues {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Entries of the ledger that the index has seen. */
  async through(): Promise<number> {
    const [row] = await this.#database.query('select through from duovir.why_mark');
    return Number(row?.['through'] ?? 0);
  }

  async setThrough(through: number): Promise<void> {
    await this.#database.query(
      `insert into duovir.why_mark (through) values ($1)
       on conflict (is_only) do update set through = excluded.through`,
      [through],
    );
  }

  /** Puts what a run has made true in the place of what the index said; true where that was something else. */
  replace(run: string, steps: readonly AttestedStep[]): Promise<boolean> {
    return this.#database.transaction(async (ask) => {
      const seals = await planSeals(ask, run);
      const wanted = rowsOf(steps, seals);
      const before = await rowsIn(ask, run, [...seals.keys()]);
      if (JSON.stringify(before) === JSON.stringify(wanted)) return false;
      await forgetRows(
        ask,
        run,
        steps.map(({ entry }) => entry),
      );
      await insertRows(ask, wanted);
      return before.steps.length > 0;
    });
  }

  async runs(): Promise<string[]> {
    return (await this.#database.query('select distinct run from duovir.why_step')).map((row) => String(row['run']));
  }

  async forget(run: string): Promise<void> {
    await this.#database.transaction((ask) => forgetRows(ask, run));
  }

  /** Drops what nobody is named for any more: after everything was derived anew. */
  async forgetLost(): Promise<void> {
    await this.#database.query(
      `delete from duovir.why_place place where not exists (select 1 from duovir.why_value value
         where value.target = place.target and value.resource = place.resource and value.path = place.path)`,
    );
  }

  /** Newest first, of entries up to `at`. `pointer` may go by positions. */
  async history(
    target: string,
    resource: string,
    pointer: string,
    { at, limit }: { readonly at: number; readonly limit: number },
  ): Promise<IndexedValue[]> {
    const one = (column: string): string =>
      `(select place from duovir.why_value
        where target = $1 and resource = $2 and ${column} = $3 and place < $4 order by place desc limit $5)`;
    const rows = await this.#database.query(
      `select ${COLUMNS} from (${one('path')} union ${one('position')}) as found
       join duovir.why_value value on value.place = found.place ${JOINED}
       order by value.place desc limit $5`,
      [target, resource, pointer, (at + 1) * PLACES, limit],
    );
    return rows.map(valueOf);
  }

  /** The newest that was not undone by then, if any. */
  async newestStanding(
    target: string,
    resource: string,
    pointer: string,
    at: number,
  ): Promise<IndexedValue | undefined> {
    const rows = await this.#database.query(
      `select ${COLUMNS} from duovir.why_value value ${JOINED}
       where value.target = $1 and value.resource = $2 and value.path = $3 and value.place < $4
         and (step.undone is null or step.undone > $5)
       order by value.place desc limit 1`,
      [target, resource, pointer, (at + 1) * PLACES, at],
    );
    return rows.map(valueOf)[0];
  }

  /** Newest first, from behind `before`. */
  async changes(filter: ChangeFilter, limit: number, before?: number): Promise<IndexedValue[]> {
    const entries =
      filter.by === 'principal'
        ? 'select distinct entry from duovir.why_part where principal = $1 and entry <= $2 order by entry desc'
        : `select entry from duovir.why_step where ${filter.by} = $1 and entry <= $2 order by entry desc`;
    const rows = await this.#database.query(
      `select ${COLUMNS} from (${entries}) as part
       cross join lateral (select * from duovir.why_value
         where place >= part.entry * ${PLACES} and place < least((part.entry + 1) * ${PLACES}, $3)
         order by place desc limit ${PLACES}) value
       ${JOINED} order by part.entry desc, value.place desc limit $4`,
      [filter.is, Math.floor((before ?? Number.MAX_SAFE_INTEGER) / PLACES), before ?? Number.MAX_SAFE_INTEGER, limit],
    );
    return rows.map(valueOf);
  }

  /** The newest place of each resource whose name begins so, in order. */
  async resources(target: string, prefix: string, limit: number): Promise<KnownPlace[]> {
    const rows = await this.#database.query(
      `select distinct on (resource) resource, path, position, run from duovir.why_place
       where target = $1 and resource >= $2 and resource < $3 order by resource, place desc limit $4`,
      [target, prefix, endOf(prefix), limit],
    );
    return rows.map(placeOf);
  }

  /** Places in a resource whose pointer begins so, in order. */
  async paths(target: string, resource: string, prefix: string, limit: number): Promise<KnownPlace[]> {
    const rows = await this.#database.query(
      `select resource, path, position, run from duovir.why_place
       where target = $1 and resource = $2 and path >= $3 and path < $4 order by path limit $5`,
      [target, resource, prefix, endOf(prefix), limit],
    );
    return rows.map(placeOf);
  }
}

/** Behind everything that begins so. */
function endOf(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

function placeOf(row: Row): KnownPlace {
  const path = pathOfPointer(String(row['path']));
  const position = typeof row['position'] === 'string' ? pathOfPointer(row['position']) : path;
  return { resource: String(row['resource']), path, position, run: String(row['run']) };
}

function valueOf(row: Row): IndexedValue {
  const { sealed, key, path, ...value } = rowSchema.parse(row);
  const { entry, resource } = value;
  const opened: WhyValue = key ? new ValueSeal(key).open(sealed, { entry, resource, path }) : { kind: 'shredded' };
  return { ...value, path: pathOfPointer(path), value: opened };
}
