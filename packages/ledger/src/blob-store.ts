import { digestOfBytes, type Digest } from '@duovir/protocol';
import type { Pool } from 'pg';
import { openBlob, sealBlob, type BlobState } from './blob.ts';
import { LedgerError } from './error.ts';

export interface NewBlob {
  readonly run: string;
  /** What the blob is to the run: `plan`, `evidence`, `opinion/<reviewer>`. */
  readonly role: string;
  readonly bytes: Uint8Array;
  /** Salt of the commitment, 32 bytes in hex, chosen by whoever signs the commitment. */
  readonly salt: string;
}

export interface StoredBlob {
  readonly digest: Digest;
  readonly commitment: Digest;
}

interface Row {
  readonly digest: Digest | null;
  readonly commitment: Digest;
  readonly state: 'sealed' | 'shredded';
  readonly sealed: Buffer | null;
  readonly key: Buffer | null;
  readonly salt: Buffer | null;
}

/** Content beside the ledger, each blob under its own key (Invariant 12). */
export class BlobStore {
  readonly #pool: Pool;
  readonly #now: () => Date;

  constructor(pool: Pool, now: () => Date = () => new Date()) {
    this.#pool = pool;
    this.#now = now;
  }

  /** Stores once per content: for bytes that are there already the first salt and commitment stay. */
  async put({ run, role, bytes, salt }: NewBlob): Promise<StoredBlob> {
    const digest = digestOfBytes(bytes);
    const blob = sealBlob(bytes, Buffer.from(salt, 'hex'));
    await this.#pool.query(
      `insert into ledger_blob (commitment, digest, run, role, state, sealed, key, salt, time)
       values ($1, $2, $3, $4, 'sealed', $5, $6, $7, $8) on conflict do nothing`,
      [blob.commitment, digest, run, role, blob.sealed, blob.secret.key, blob.secret.salt, this.#now()],
    );
    const row = await this.#row('digest', digest);
    if (!row) throw new LedgerError('blob-missing', 'The blob was shredded while it was stored.');
    return { digest, commitment: row.commitment };
  }

  /** The content with this digest. Throws `blob-missing` or `blob-mismatch`. */
  async get(digest: Digest): Promise<Buffer> {
    const row = await this.#row('digest', digest);
    if (!row?.sealed || !row.key || !row.salt) throw new LedgerError('blob-missing', `No blob ${digest} is here.`);
    const bytes = openBlob(row.commitment, row.sealed, { key: row.key, salt: row.salt });
    if (digestOfBytes(bytes) !== digest) throw new LedgerError('blob-mismatch', 'The blob has another digest.');
    return bytes;
  }

  /** What can be said about a commitment of the ledger. */
  async open(commitment: Digest): Promise<BlobState> {
    const row = await this.#row('commitment', commitment);
    if (!row) return { kind: 'WITHHELD' };
    if (!row.sealed || !row.key || !row.salt) return { kind: 'SHREDDED' };
    try {
      return { kind: 'OPENED', bytes: openBlob(commitment, row.sealed, { key: row.key, salt: row.salt }) };
    } catch (error) {
      if (error instanceof LedgerError) return { kind: 'MISMATCH' };
      throw error;
    }
  }

  /** Destroys key, salt, digest and ciphertext; the commitment in the ledger stays and says nothing. */
  async shred(commitment: Digest): Promise<void> {
    const { rowCount } = await this.#pool.query(
      `update ledger_blob set state = 'shredded', digest = null, sealed = null, key = null, salt = null
       where commitment = $1`,
      [commitment],
    );
    if (rowCount === 0) throw new LedgerError('blob-missing', `No blob has the commitment ${commitment}.`);
  }

  async #row(column: 'digest' | 'commitment', value: Digest): Promise<Row | undefined> {
    const { rows } = await this.#pool.query<Row>(
      `select digest, commitment, state, sealed, key, salt from ledger_blob where ${column} = $1`,
      [value],
    );
    return rows[0];
  }
}
