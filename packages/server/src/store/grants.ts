import * as z from 'zod';
import {
  digestSchema,
  envelopeSchema,
  grantIdSchema,
  nameSchema,
  riskClassSchema,
  type Digest,
} from '@duovir/protocol';
import type { Ask, Database, Row } from './database.ts';

const statementSchema = z.object({
  person: nameSchema,
  statement: envelopeSchema,
  entry: z.coerce.number().int(),
  given_at: z.date(),
});
const grantSchema = z.object({
  id: grantIdSchema,
  trust_policy: digestSchema,
  classes: z.array(riskClassSchema),
  until: z.date(),
  reason: z.string(),
  salt: z.string(),
  ended_by: nameSchema.nullable(),
});

/** What several people open together, with the statement of each. */
export interface Grant {
  readonly id: string;
  readonly trustPolicy: Digest;
  readonly classes: z.infer<typeof grantSchema>['classes'];
  readonly until: Date;
  readonly reason: string;
  readonly salt: string;
  readonly endedBy: string | null;
  /** In the order they were given. */
  readonly statements: readonly GrantStatement[];
}

export interface GrantStatement {
  readonly person: string;
  readonly statement: z.infer<typeof envelopeSchema>;
  readonly entry: number;
  readonly time: Date;
}

const STATEMENTS = 'select * from duovir.break_glass_statement where id = any($1) order by given_at, person';

/** With which people have broken the glass. */
export class Grants {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** False when the grant is known already and is about something else. The first statement of a person stands. */
  give(grant: Omit<Grant, 'endedBy' | 'statements'>, given: GrantStatement): Promise<boolean> {
    const { id, trustPolicy, classes, until, reason, salt } = grant;
    const facts = [id, trustPolicy, JSON.stringify(classes), until.toISOString(), reason, salt];
    return this.#database.transaction(async (ask) => {
      await ask(
        `insert into duovir.break_glass (id, trust_policy, classes, until, reason, salt) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do nothing`,
        facts,
      );
      // Two people may open one grant at the same moment: who comes second has signed what the first one has, or nothing.
      const [same] = await ask(
        `select 1 from duovir.break_glass where id = $1 and trust_policy = $2 and classes::text = $3 and until = $4
           and reason = $5 and salt = $6 and ended_at is null for update`,
        facts,
      );
      if (!same) return false;
      await ask(
        `insert into duovir.break_glass_statement (id, person, statement, entry, given_at) values ($1, $2, $3, $4, $5)
         on conflict (id, person) do nothing`,
        [id, given.person, JSON.stringify(given.statement), given.entry, given.time.toISOString()],
      );
      return true;
    });
  }

  async find(id: string): Promise<Grant | undefined> {
    const rows = await this.#database.query('select * from duovir.break_glass where id = $1', [id]);
    return (await this.#whole(rows))[0];
  }

  /** Neither ended nor over. */
  async open(now: Date): Promise<Grant[]> {
    const rows = await this.#database.query(
      'select * from duovir.break_glass where ended_at is null and until > $1 order by until desc, id',
      [now.toISOString()],
    );
    return this.#whole(rows);
  }

  /** Those that last longest first. */
  async newest(limit: number): Promise<Grant[]> {
    const rows = await this.#database.query('select * from duovir.break_glass order by until desc, id limit $1', [
      limit,
    ]);
    return this.#whole(rows);
  }

  async end(id: string, person: string, time: Date): Promise<void> {
    await this.#database.query(
      'update duovir.break_glass set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null',
      [id, person, time.toISOString()],
    );
  }

  async #whole(rows: Awaited<ReturnType<Ask>>): Promise<Grant[]> {
    if (rows.length === 0) return [];
    const statements = await this.#database.query(STATEMENTS, [rows.map((row) => row['id'])]);
    return rows.map((row) => grantOf(row, statements));
  }
}

function grantOf(row: Row, statements: readonly Row[]): Grant {
  const { trust_policy: trustPolicy, ended_by: endedBy, ...rest } = grantSchema.parse(row);
  const own = statements.filter((statement) => statement['id'] === rest.id).map((one) => statementSchema.parse(one));
  return {
    ...rest,
    trustPolicy,
    endedBy,
    statements: own.map(({ given_at: time, ...statement }) => ({ ...statement, time })),
  };
}
