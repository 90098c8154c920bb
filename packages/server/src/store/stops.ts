import * as z from 'zod';
import { digestSchema, nameSchema, stopOrderSchema, type Digest } from '@duovir/protocol';
import type { Database } from './database.ts';

const rowSchema = z.object({
  ...stopOrderSchema.shape,
  /** Of the statement: what a lift has to name. */
  digest: digestSchema,
  person: nameSchema,
  since: z.date(),
});
export type Stop = z.infer<typeof rowSchema>;

/** What people have stopped, until another person lifts it. */
export class Stops {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Known ones stay as they are. */
  async keep({ digest, person, reason, salt, halt, statement, since }: Stop): Promise<void> {
    await this.#database.query(
      `insert into duovir.stop (digest, person, reason, salt, halt, statement, since) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (digest) do nothing`,
      [digest, person, reason, salt, halt, JSON.stringify(statement), since.toISOString()],
    );
  }

  /** The runner holds it: whatever was said of it here, it is in force, and can be lifted again. */
  async reinstate(digest: Digest): Promise<void> {
    await this.#database.query('update duovir.stop set lifted_by = null, lifted_at = null where digest = $1', [digest]);
  }

  /** Oldest first. */
  async inForce(): Promise<readonly Stop[]> {
    const rows = await this.#database.query('select * from duovir.stop where lifted_at is null order by since, digest');
    return rows.map((row) => rowSchema.parse(row));
  }

  async lift(digest: Digest, person: string, time: Date): Promise<void> {
    await this.#database.query(
      'update duovir.stop set lifted_by = $2, lifted_at = $3 where digest = $1 and lifted_at is null',
      [digest, person, time.toISOString()],
    );
  }
}
