import { hash } from 'node:crypto';
import type { ClockPort, RandomPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { Database } from '../store/database.ts';

const SECRET_BYTES = 32;
export const ATTEMPT_SECONDS = 600;

/** What is asked of the issuer, and must come back or be known. */
export interface LoginAttempt {
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Logins that are under way at the issuer. Each can be finished once, and in the browser that began it. */
export class LoginAttempts {
  readonly #database: Database;
  readonly #clock: ClockPort;
  readonly #random: RandomPort;

  constructor(parts: { readonly database: Database; readonly clock: ClockPort; readonly random: RandomPort }) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** The secret goes into the cookie. */
  async begin({ issuer, state, nonce, verifier }: LoginAttempt): Promise<string> {
    const secret = Buffer.from(this.#random.hex(SECRET_BYTES), 'hex').toString('base64url');
    const now = this.#clock.now();
    await this.#database.query('delete from duovir.login_attempt where expires_at <= $1', [now.toISOString()]);
    await this.#database.query(
      `insert into duovir.login_attempt (hash, issuer, state, nonce, verifier, expires_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (hash) do nothing`,
      [hash('sha256', secret), issuer, state, nonce, verifier, new Date(now.getTime() + ATTEMPT_SECONDS * 1000)],
    );
    return secret;
  }

  /** Takes the attempt away, so that what comes back a second time finds none. Throws `login-invalid`. */
  async take(secret: string | undefined): Promise<LoginAttempt> {
    const [row] =
      secret === undefined
        ? []
        : await this.#database.query(
            'delete from duovir.login_attempt where hash = $1 and expires_at > $2 returning *',
            [hash('sha256', secret), this.#clock.now().toISOString()],
          );
    if (!row) throw new ServerError('login-invalid', 'No login of this browser is under way.');
    const text = (column: string): string => String(row[column]);
    return { issuer: text('issuer'), state: text('state'), nonce: text('nonce'), verifier: text('verifier') };
  }
}
