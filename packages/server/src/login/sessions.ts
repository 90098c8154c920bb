import { hash } from 'node:crypto';
import type { ClockPort, RandomPort } from '@duovir/engine';
import { everyScope, type Caller } from '../access/caller.ts';
import type { Database } from '../store/database.ts';

const SECRET_BYTES = 32;
export const SESSION_SECONDS = 8 * 3600;

/** Of people who have logged in with a browser: hashes of random secrets, each good for eight hours. */
export class Sessions {
  readonly #database: Database;
  readonly #clock: ClockPort;
  readonly #random: RandomPort;

  constructor(parts: { readonly database: Database; readonly clock: ClockPort; readonly random: RandomPort }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** The secret goes into the cookie. */
  async begin(person: string): Promise<string> {
    const secret = Buffer.from(this.#random.hex(SECRET_BYTES), 'hex').toString('base64url');
    const now = this.#clock.now();
    await this.#database.query('delete from duovir.session where expires_at <= $1', [now.toISOString()]);
    await this.#database.query(
      'insert into duovir.session (hash, person, expires_at) values ($1, $2, $3) on conflict (hash) do nothing',
      [hash('sha256', secret), person, new Date(now.getTime() + SESSION_SECONDS * 1000).toISOString()],
    );
    return secret;
  }

  async callerOf(secret: string): Promise<Caller | undefined> {
    const digest = hash('sha256', secret);
    const [row] = await this.#database.query('select * from duovir.session where hash = $1 and expires_at > $2', [
      digest,
      this.#clock.now().toISOString(),
    ]);
    if (!row) return undefined;
    return {
      person: String(row['person']),
      scopes: everyScope,
      credential: credentialOf(digest),
      expiresAt: row['expires_at'] as Date,
    };
  }

  /** What was known by this credential is not any more. */
  async end(credential: string): Promise<void> {
    await this.#database.query("delete from duovir.session where 'session-' || left(hash, 32) = $1", [credential]);
  }
}

function credentialOf(digest: string): string {
  return `session-${digest.slice(0, 32)}`;
}
