import { tokenViewSchema, type TokenView } from '@duovir/protocol';
import type { Database, Row } from '../store/database.ts';

/** A token as it is kept: its hash, never itself. */
export interface TokenRecord extends TokenView {
  /** SHA-256 of the token, hex. */
  readonly hash: string;
}

/** Hashed tokens in PostgreSQL. */
export class TokenTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What is known under an id stays: a token is never given another owner, scope or end. */
  async add({ id, person, issuer, scopes, issuedAt, expiresAt, revokedAt, hash }: TokenRecord): Promise<void> {
    await this.#database.query(
      `insert into duovir.token (id, person, issuer, scopes, issued_at, expires_at, revoked_at, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
      [id, person, issuer, JSON.stringify(scopes), issuedAt, expiresAt, revokedAt, hash],
    );
  }

  async find(id: string): Promise<TokenRecord | undefined> {
    const [row] = await this.#database.query('select * from duovir.token where id = $1', [id]);
    return row && recordOf(row);
  }

  /** Newest first, of one person or of all. */
  async list(person?: string): Promise<readonly TokenView[]> {
    const rows = await this.#database.query(
      'select * from duovir.token where $1::text is null or person = $1 order by issued_at desc, id',
      [person ?? null],
    );
    return rows.map(viewOf);
  }

  async use(id: string, hour: string): Promise<void> {
    await this.#database.query('update duovir.token set last_used_at = $2 where id = $1', [id, hour]);
  }

  async revoke(id: string, now: Date): Promise<void> {
    await this.#database.query('update duovir.token set revoked_at = coalesce(revoked_at, $2) where id = $1', [
      id,
      now.toISOString(),
    ]);
  }
}

function recordOf(row: Row): TokenRecord {
  return { ...viewOf(row), hash: String(row['hash']) };
}

function viewOf(row: Row): TokenView {
  const time = (column: string): string | null => (row[column] as Date | null)?.toISOString() ?? null;
  return tokenViewSchema.parse({
    id: row['id'],
    person: row['person'],
    issuer: row['issuer'],
    scopes: row['scopes'],
    issuedAt: time('issued_at'),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    revokedAt: time('revoked_at'),
  });
}
