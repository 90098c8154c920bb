import { runEventSchema, type NewEvent, type RunEvent } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { EventFeed } from '../feed/event-feed.ts';
import type { Database, Row } from './database.ts';

interface Pending {
  readonly run: string;
  readonly key: string;
  readonly time: string;
  readonly event: NewEvent;
  readonly settle: (event: RunEvent) => void;
  readonly fail: (error: unknown) => void;
}

const BATCH = 500;

const INSERT = `
  insert into duovir.event (run, key, time, type, body)
  select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::json[])
  on conflict (run, key) do nothing`;
const NEW = 'select * from duovir.event where seq > $1 order by seq';
const KNOWN = `
  select event.* from unnest($1::text[], $2::text[]) as wanted (run, key)
  join duovir.event on event.run = wanted.run and event.key = wanted.key`;

export function eventOf(row: Row): RunEvent {
  return runEventSchema.parse({
    seq: Number(row['seq']),
    run: row['run'],
    time: (row['time'] as Date).toISOString(),
    type: row['type'],
    body: row['body'],
  });
}

/**
 * The one writer of events. Batches go one after the other, so numbers become visible in rising order: a reader that
 * has seen number n never has a smaller one appear behind it.
 */
export class EventWriter {
  readonly #database: Database;
  readonly #feed: EventFeed;
  readonly #queue: Pending[] = [];
  #writing: Promise<void> | undefined;

  constructor(database: Database, feed: EventFeed) {
    this.#database = database;
    this.#feed = feed;
  }

  write(run: string, key: string, time: string, event: NewEvent): Promise<RunEvent> {
    const stored = new Promise<RunEvent>((settle, fail) => {
      this.#queue.push({ run, key, time, event, settle, fail });
    });
    this.#writing ??= this.#drain();
    return stored;
  }

  /** Resolves when everything handed over so far is stored or has failed. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // One turn of the event loop gathers what belongs together into one batch.
    await new Promise<void>((resume) => setImmediate(resume));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH);
      try {
        await this.#store(batch);
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    this.#writing = undefined;
  }

  async #store(batch: readonly Pending[]): Promise<void> {
    const runs = batch.map(({ run }) => run);
    const keys = batch.map(({ key }) => key);
    await this.#database.query(INSERT, [
      runs,
      keys,
      batch.map(({ time }) => time),
      batch.map(({ event }) => event.type),
      batch.map(({ event }) => JSON.stringify(event.body)),
    ]);
    const stored = new Map<string, RunEvent>();
    // What is passed on is read back from the store, so that a batch whose answer was lost is not skipped.
    for (const row of await this.#database.query(NEW, [this.#feed.position])) {
      const event = eventOf(row);
      stored.set(idOf(event.run, row['key']), event);
      this.#feed.pass(event);
    }
    if (batch.some(({ run, key }) => !stored.has(idOf(run, key))))
      for (const row of await this.#database.query(KNOWN, [runs, keys]))
        stored.set(idOf(row['run'], row['key']), eventOf(row));
    for (const { run, key, settle, fail } of batch) {
      const event = stored.get(idOf(run, key));
      if (event) settle(event);
      else fail(new ServerError('run-unknown', `The event ${key} of ${run} was not stored.`));
    }
  }
}

function idOf(run: unknown, key: unknown): string {
  return `${String(run)} ${String(key)}`;
}
