import { openBlob, sealBlob } from '@duovir/ledger';
import { canonicalJson, digestOfBytes, digestSchema, type Digest } from '@duovir/protocol';
import type { DocumentPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { Database, Row } from './database.ts';

/** Content that the ledger only commits to: sealed one by one, so that each can be forgotten alone (Invariant 12). */
export class Documents implements DocumentPort {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async put(
    run: string,
    role: string,
    value: unknown,
    salt: string,
  ): Promise<{ readonly digest: Digest; readonly commitment: Digest }> {
    const text = canonicalJson(value);
    const digest = digestOfBytes(text);
    const { commitment, sealed, secret } = sealBlob(Buffer.from(text), Buffer.from(salt, 'hex'));
    // One statement: PostgreSQL may be gone, and back, between any two.
    const [row] = await this.#database.query(
      `with stored as (
         insert into duovir.document (digest, run, role, commitment, salt, key, sealed) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (digest, run, role) do update set digest = excluded.digest returning commitment
       ) select commitment from stored`,
      [digest, run, role, commitment, salt, secret.key, sealed],
    );
    return { digest, commitment: digestSchema.parse(row?.['commitment']) };
  }

  async get(digest: Digest): Promise<unknown> {
    const [row] = await this.#database.query(
      'select digest, commitment, salt, key, sealed from duovir.document where digest = $1 limit 1',
      [digest],
    );
    if (!row) throw new ServerError('document-missing', `There is no document ${digest}.`);
    return open(row);
  }

  /** The document that a statement of this run commits to, undefined when it was never stored or is forgotten. */
  async committed(run: string, commitment: Digest): Promise<unknown> {
    const [row] = await this.#database.query(
      'select digest, commitment, salt, key, sealed from duovir.document where run = $1 and commitment = $2 limit 1',
      [run, commitment],
    );
    return row && open(row);
  }
}

function open(row: Row): unknown {
  const digest = String(row['digest']);
  const secret = { key: row['key'] as Buffer, salt: Buffer.from(String(row['salt']), 'hex') };
  let text: string;
  try {
    text = openBlob(digestSchema.parse(row['commitment']), row['sealed'] as Buffer, secret).toString('utf8');
  } catch (cause) {
    throw new ServerError('document-altered', `The stored document ${digest} does not open.`, cause);
  }
  if (digestOfBytes(text) !== digest)
    throw new ServerError('document-altered', `The stored document ${digest} has other bytes than its digest says.`);
  return JSON.parse(text);
}
