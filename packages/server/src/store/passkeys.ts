import { passkeySchema, type Passkey } from '@duovir/protocol';
import type { Database } from './database.ts';

/** As many as a principal of the trust policy can have. */
const MOST_PER_PERSON = 8;

/** Passkeys that people have registered, newest first, until the officer enrols them. */
export class Passkeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The oldest makes room, so that nobody can fill the table. A credential id belongs to whoever came first. */
  async propose(person: string, passkey: Passkey, time: Date): Promise<void> {
    await this.#database.query(
      `with proposed as (
         insert into duovir.passkey (id, person, public_key, relying_party, origin, proposed_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing
       )
       delete from duovir.passkey where person = $2 and id in (
         select id from duovir.passkey where person = $2 order by proposed_at desc, id offset $7
       )`,
      [
        passkey.id,
        person,
        passkey.publicKey,
        passkey.relyingParty,
        passkey.origins[0],
        time.toISOString(),
        MOST_PER_PERSON - 1,
      ],
    );
  }

  async ofPerson(person: string): Promise<Passkey[]> {
    const rows = await this.#database.query(
      'select * from duovir.passkey where person = $1 order by proposed_at desc, id',
      [person],
    );
    return rows.map((row) =>
      passkeySchema.parse({
        id: row['id'],
        publicKey: row['public_key'],
        relyingParty: row['relying_party'],
        origins: [row['origin']],
      }),
    );
  }
}
