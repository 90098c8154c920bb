import {
  acceptedRequestSchema,
  envelopeSchema,
  runViewSchema,
  type AcceptedRequest,
  type Digest,
  type Envelope,
  type RunView,
} from '@duovir/protocol';
import type { ClockPort, RunPort, RunState } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { Database, Row } from './database.ts';
import type { Approvals } from './approvals.ts';
import type { Clarifications } from './clarifications.ts';
import type { Motions } from './motions.ts';

const VIEW = `
  select run.*, (select max(seq) from duovir.event where event.run = run.id) as last_event from duovir.run`;

const SAME_ACCEPTANCE = 'select 1 from duovir.run where id = $1 and accepted::text = $2';

export type Acceptance =
  | { readonly kind: 'new' | 'known'; readonly run: string }
  /** The run's id is somebody else's already, or was used before. */
  | { readonly kind: 'run-taken' }
  | { readonly kind: 'key-reused' };

export interface Asked {
  /** The requester's own signed statement. */
  readonly intent?: Envelope | null;
  /** `digest` is of everything that the requester sent but signatures, which differ each time. */
  readonly idempotency?: { readonly key: string; readonly digest: Digest } | undefined;
}

/** Runs as people see them: accepted requests and where each of them is. */
export class Runs implements RunPort {
  readonly #database: Database;
  readonly #clock: ClockPort;
  readonly #motions: Motions;
  readonly #approvals: Approvals;
  readonly #clarifications: Clarifications;

  readonly recordMotion: RunPort['recordMotion'];
  readonly recordVerdict: RunPort['recordVerdict'];
  readonly approvals: RunPort['approvals'];
  readonly clarification: RunPort['clarification'];

  constructor(
    database: Database,
    parts: {
      readonly clock: ClockPort;
      readonly motions: Motions;
      readonly approvals: Approvals;
      readonly clarifications: Clarifications;
    },
  ) {
    this.#database = database;
    this.#clock = parts.clock;
    this.#motions = parts.motions;
    this.#approvals = parts.approvals;
    this.#clarifications = parts.clarifications;
    this.recordMotion = (motion) => this.#motions.record(motion);
    this.recordVerdict = (motion, verdict, explanation) => this.#motions.recordVerdict(motion, verdict, explanation);
    this.approvals = (motion) => this.#approvals.envelopes(motion);
    this.clarification = (run) => this.#clarifications.of(run);
  }

  /** Stores the request, once per idempotency key. Concurrent calls with one key agree on one run. */
  accept(accepted: AcceptedRequest, { intent = null, idempotency }: Asked = {}): Promise<Acceptance> {
    return this.#database.transaction(async (ask): Promise<Acceptance> => {
      // The second of two callers waits here until the first has committed, and then sees its run.
      if (idempotency)
        await ask('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
          `${accepted.requester} ${idempotency.key}`,
        ]);
      const [known] = idempotency
        ? await ask('select request_digest, run from duovir.idempotency_key where person = $1 and key = $2', [
            accepted.requester,
            idempotency.key,
          ])
        : [];
      if (known && known['request_digest'] !== idempotency?.digest) return { kind: 'key-reused' };
      if (known) return { kind: 'known', run: String(known['run']) };
      const state: RunState = { kind: 'running', stage: 'request' };
      const inserted = await ask(
        `insert into duovir.run (id, requester, accepted, state, created_at, intent) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do nothing returning id`,
        [
          accepted.run,
          accepted.requester,
          JSON.stringify(accepted),
          JSON.stringify(state),
          accepted.acceptedAt,
          intent && JSON.stringify(intent),
        ],
      );
      // The same acceptance again is one whose answer was lost.
      const own = [accepted.run, JSON.stringify(accepted)];
      if (inserted.length === 0 && (await ask(SAME_ACCEPTANCE, own)).length === 0) return { kind: 'run-taken' };
      if (idempotency)
        await ask('insert into duovir.idempotency_key (person, key, request_digest, run) values ($1, $2, $3, $4)', [
          accepted.requester,
          idempotency.key,
          idempotency.digest,
          accepted.run,
        ]);
      return { kind: 'new', run: accepted.run };
    });
  }

  async accepted(run: string): Promise<AcceptedRequest> {
    const [row] = await this.#database.query('select accepted from duovir.run where id = $1', [run]);
    if (!row) throw unknown(run);
    return acceptedRequestSchema.parse(row['accepted']);
  }

  async intent(run: string): Promise<Envelope | null> {
    const [row] = await this.#database.query('select intent from duovir.run where id = $1', [run]);
    if (!row) throw unknown(run);
    return row['intent'] === null ? null : envelopeSchema.parse(row['intent']);
  }

  async setState(
    run: string,
    state: RunState,
    facts: { readonly playbook?: string; readonly heals?: number },
  ): Promise<void> {
    const ended = state.kind === 'settled' ? this.#clock.now().toISOString() : null;
    const rows = await this.#database.query(
      `update duovir.run set state = $2, playbook = coalesce($3, playbook), heals = coalesce($4, heals),
         ended_at = coalesce(ended_at, $5)
       where id = $1 returning id`,
      [run, JSON.stringify(state), facts.playbook ?? null, facts.heals ?? null, ended],
    );
    if (rows.length === 0) throw unknown(run);
  }

  async cancelled(run: string): Promise<boolean> {
    const rows = await this.#database.query('select 1 from duovir.run where id = $1 and cancelled_by is not null', [
      run,
    ]);
    return rows.length > 0;
  }

  /** Remembers who asked first to stop the run. */
  async cancel(run: string, person: string): Promise<void> {
    await this.#database.query(
      'update duovir.run set cancelled_by = $2, cancelled_at = $3 where id = $1 and cancelled_by is null',
      [run, person, this.#clock.now().toISOString()],
    );
  }

  /** Throws `run-unknown`. */
  async mustExist(run: string): Promise<void> {
    const rows = await this.#database.query('select 1 from duovir.run where id = $1', [run]);
    if (rows.length === 0) throw unknown(run);
  }

  async view(run: string): Promise<RunView> {
    const [row] = await this.#database.query(`${VIEW} where id = $1`, [run]);
    if (!row) throw unknown(run);
    return viewOf(row);
  }

  /** Newest first; `before` is the number of the last run of the page before. */
  async page(limit: number, before?: number): Promise<readonly { readonly number: number; readonly view: RunView }[]> {
    const rows = await this.#database.query(
      `${VIEW} where $2::bigint is null or number < $2 order by number desc limit $1`,
      [limit, before ?? null],
    );
    return rows.map((row) => ({ number: Number(row['number']), view: viewOf(row) }));
  }

  /** Runs that have not ended, oldest first. */
  async open(): Promise<readonly RunView[]> {
    const rows = await this.#database.query(`${VIEW} where ended_at is null order by number`);
    return rows.map(viewOf);
  }
}

function unknown(run: string): ServerError {
  return new ServerError('run-unknown', `There is no run ${run}.`);
}

function viewOf(row: Row): RunView {
  const { request } = acceptedRequestSchema.parse(row['accepted']);
  const ended = row['ended_at'];
  return runViewSchema.parse({
    id: row['id'],
    goal: request.goal,
    requester: row['requester'],
    environment: request.environment,
    playbook: row['playbook'],
    state: row['state'],
    heals: row['heals'],
    createdAt: (row['created_at'] as Date).toISOString(),
    endedAt: ended instanceof Date ? ended.toISOString() : null,
    lastEvent: Number(row['last_event'] ?? 0),
  });
}
