import { runEventSchema, type LogLine, type NewEvent, type RunEvent } from '@duovir/protocol';
import type { ClockPort, EventPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { Database, Row } from './database.ts';
import { eventOf, type EventWriter } from './event-writer.ts';

type Line = Parameters<EventPort['log']>[1];

/** A control character in the output of a step must not reach a terminal as a command. */
// oxlint-disable-next-line no-control-regex -- the control characters are the point
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Everything that happened, in order. */
export class Events implements EventPort {
  readonly #database: Database;
  readonly #writer: EventWriter;
  readonly #clock: ClockPort;
  /** By run: under which permit the running step writes its lines, and how many of them there are. */
  readonly #logs = new Map<string, { readonly permit: string; lines: number }>();

  constructor(database: Database, writer: EventWriter, clock: ClockPort) {
    this.#database = database;
    this.#writer = writer;
    this.#clock = clock;
  }

  async publish(run: string, key: string, event: NewEvent): Promise<RunEvent> {
    const time = this.#clock.now().toISOString();
    const valid = runEventSchema.safeParse({ seq: 1, run, time, ...event });
    if (!valid.success) throw new ServerError('event-invalid', `The event ${event.type} is malformed.`, valid.error);
    if (event.type === 'run-end') this.#logs.delete(run);
    return this.#writer.write(run, key, time, event);
  }

  /** An execution is begun, or joined after a crash: its lines are numbered on from those that are stored. */
  async beginLog(run: string, permit: string): Promise<void> {
    await this.#writer.idle();
    const [row] = await this.#database.query(
      "select count(*) as lines from duovir.event where run = $1 and type = 'step-log' and starts_with(key, $2)",
      [run, logKey(permit, '')],
    );
    this.#logs.set(run, { permit, lines: Number(row?.['lines']) });
  }

  log(run: string, { step, attempt, stream, text }: Line): void {
    const log = this.#logs.get(run);
    if (!log) throw new ServerError('event-invalid', `No execution of step ${step} of ${run} was begun.`);
    log.lines += 1;
    this.#writer
      .write(run, logKey(log.permit, String(log.lines)), this.#clock.now().toISOString(), {
        type: 'step-log',
        body: { step, attempt, stream, text: text.toWellFormed().replaceAll(controls, '\uFFFD') },
      })
      .catch((error: unknown) => console.error(`A line of output of ${run} was not stored:`, error));
  }

  /**
   * Takes events back that were of interest only while they happened, by the beginning of their keys. Whoever read along
   * has had them: what was handed over before is written before.
   */
  async forgetProgress(run: string, key: string): Promise<void> {
    await this.#writer.idle();
    await this.#database.query(
      "delete from duovir.event where run = $1 and type = 'model-progress' and starts_with(key, $2)",
      [run, key],
    );
  }

  /** Events after `after`, oldest first; of one run or of all. */
  async read(after: number, limit: number, run?: string): Promise<RunEvent[]> {
    const rows = await (run === undefined
      ? this.#database.query('select * from duovir.event where seq > $1 order by seq limit $2', [after, limit])
      : this.#database.query('select * from duovir.event where run = $3 and seq > $1 order by seq limit $2', [
          after,
          limit,
          run,
        ]));
    return rows.map(eventOf);
  }

  /** Events of one run without the output of its steps. */
  async ofRun(run: string): Promise<RunEvent[]> {
    const rows = await this.#database.query(
      "select * from duovir.event where run = $1 and type <> 'step-log' order by seq",
      [run],
    );
    return rows.map(eventOf);
  }

  async logs(run: string, after: number, limit: number, step?: string): Promise<LogLine[]> {
    const rows = await this.#database.query(
      `select seq, time, body from duovir.event
       where run = $1 and type = 'step-log' and seq > $2 and ($4::text is null or body->>'step' = $4)
       order by seq limit $3`,
      [run, after, limit, step ?? null],
    );
    return rows.map(lineOf);
  }
}

/** 0 before the first. */
export async function lastEventNumber(database: Database): Promise<number> {
  const [row] = await database.query('select coalesce(max(seq), 0) as last from duovir.event');
  return Number(row?.['last']);
}

function logKey(permit: string, line: string): string {
  return `log/${permit}/${line}`;
}

function lineOf(row: Row): LogLine {
  const body = row['body'] as Omit<LogLine, 'seq' | 'time'>;
  return { seq: Number(row['seq']), time: (row['time'] as Date).toISOString(), ...body };
}
