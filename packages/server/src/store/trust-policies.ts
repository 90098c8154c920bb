import type { Digest } from '@duovir/protocol';
import type { Database, Row } from './database.ts';

/** A trust policy as the server keeps it: what the ledger's digests are of. */
export interface KeptTrustPolicy {
  readonly version: number;
  readonly digest: Digest;
  /** The officer's envelope. */
  readonly signed: string;
  /** It was in force when the log was started, so no entry says that it came in force. */
  readonly isFirst: boolean;
  /** Index of the entry; null for the first one, and as long as the ledger has not been asked. */
  readonly entry: number | null;
  /** It has been written where everybody reads it. */
  readonly isPlaced: boolean;
}

export class TrustPolicies {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Before its entry. One that never got an entry never came in force, and makes room for another of its version. */
  async prepare({ version, digest, signed, isFirst }: Omit<KeptTrustPolicy, 'entry' | 'isPlaced'>): Promise<void> {
    await this.#database.query(
      `insert into duovir.trust_policy (version, digest, signed, is_first) values ($1, $2, $3, $4)
       on conflict (version) do update set digest = excluded.digest, signed = excluded.signed
       where trust_policy.entry is null and not trust_policy.is_first`,
      [version, digest, signed, isFirst],
    );
  }

  async enter(version: number, entry: number): Promise<void> {
    await this.#database.query('update duovir.trust_policy set entry = $2 where version = $1', [version, entry]);
  }

  async place(version: number): Promise<void> {
    await this.#database.query('update duovir.trust_policy set is_placed = true where version = $1', [version]);
  }

  /** Newest first. */
  async all(): Promise<KeptTrustPolicy[]> {
    return (await this.#database.query('select * from duovir.trust_policy order by version desc')).map(keptOf);
  }
}

function keptOf(row: Row): KeptTrustPolicy {
  const { version, digest, signed, is_first: isFirst, entry, is_placed: isPlaced } = row;
  return {
    version: Number(version),
    digest: String(digest),
    signed: String(signed),
    isFirst: isFirst === true,
    entry: entry === null ? null : Number(entry),
    isPlaced: isPlaced === true,
  };
}
