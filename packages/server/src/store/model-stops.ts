import type { Stop } from '@duovir/egress';
import type { RandomPort } from '@duovir/engine';
import type { Database } from './database.ts';

const SALT_BYTES = 32;

/** Reasons for which people stopped all model calls, each with the salt that its entry in the ledger was made with. */
export class ModelStops {
  readonly #database: Database;
  readonly #random: RandomPort;

  constructor(database: Database, random: RandomPort) {
    this.#database = database;
    this.#random = random;
  }

  /** Returns the salt; the first one for a stop stays. */
  async remember({ since, person, reason }: Stop): Promise<string> {
    const [row] = await this.#database.query(
      `with remembered as (
         insert into duovir.model_stop (since, person, reason, salt) values ($1, $2, $3, $4)
         on conflict (since) do update set since = excluded.since returning salt
       ) select salt from remembered`,
      [since.toISOString(), person, reason, this.#random.hex(SALT_BYTES)],
    );
    return String(row?.['salt']);
  }
}
