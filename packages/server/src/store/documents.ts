import { openBlob, sealBlob } from '@duovir/ledger';
import { canonicalJson, digestOfBytes, digestSchema, type Digest } from '@duovir/protocol';
import type { DocumentPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import { shreddedBy } from '../blob/shredded-by.ts';
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
    return this.putBytes(run, role, Buffer.from(canonicalJson(value)), salt);
  }

  /** For what is no document of ours, as the body of a call: kept to the byte. */
  async putBytes(
    run: string,
    role: string,
    bytes: Uint8Array,
    salt: string,
  ): Promise<{ readonly digest: Digest; readonly commitment: Digest }> {
    const digest = digestOfBytes(bytes);
    const { commitment, sealed, secret } = sealBlob(bytes, Buffer.from(salt, 'hex'));
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

  /** Throws `document-shredded` where the bytes were destroyed, and no other run has them. */
  async get(digest: Digest): Promise<unknown> {
    const [row] = await this.#database.query(
      `select ${COLUMNS} from duovir.document where digest = $1 order by shredded_by nulls first limit 1`,
      [digest],
    );
    if (!row) throw new ServerError('document-missing', `There is no document ${digest}.`);
    return parse(row);
  }

  /** The entry that had it destroyed wherever it was; null where it can still be read, or never was. */
  async shreddedBy(digest: string): Promise<number | null> {
    const [row] = await this.#database.query(
      'select max(shredded_by) as entry from duovir.document where digest = $1 having bool_and(shredded_by is not null)',
      [digest],
    );
    return row ? Number(row['entry']) : null;
  }

  /** Undefined when it was never stored; throws `document-shredded`. */
  async bytes(run: string, role: string, digest: Digest): Promise<Buffer | undefined> {
    const [row] = await this.#database.query(
      `select ${COLUMNS} from duovir.document where digest = $1 and run = $2 and role = $3`,
      [digest, run, role],
    );
    return row && open(row);
  }

  /** The document that a statement of this run commits to, undefined when it was never stored; throws `document-shredded`. */
  async committed(run: string, commitment: Digest): Promise<unknown> {
    const [row] = await this.#database.query(
      `select ${COLUMNS} from duovir.document where run = $1 and commitment = $2 limit 1`,
      [run, commitment],
    );
    return row && parse(row);
  }
}

const COLUMNS = 'digest, commitment, salt, key, sealed, shredded_by';

function parse(row: Row): unknown {
  return JSON.parse(open(row).toString('utf8'));
}

function open(row: Row): Buffer {
  const digest = String(row['digest']);
  if (row['shredded_by'] !== null)
    throw new ServerError('document-shredded', `This content was ${shreddedBy(Number(row['shredded_by']))}.`);
  const secret = { key: row['key'] as Buffer, salt: Buffer.from(String(row['salt']), 'hex') };
  let bytes: Buffer;
  try {
    bytes = openBlob(digestSchema.parse(row['commitment']), row['sealed'] as Buffer, secret);
  } catch (cause) {
    throw new ServerError('document-altered', `The stored document ${digest} does not open.`, cause);
  }
  if (digestOfBytes(bytes) !== digest)
    throw new ServerError('document-altered', `The stored document ${digest} has other bytes than its digest says.`);
  return bytes;
}
