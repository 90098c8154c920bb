import * as z from 'zod';
import { digestSchema, runIdSchema } from '@duovir/protocol';
import type { Database, Row } from '../store/database.ts';

/** Nonce and tag, which are not content. */
const SEAL_BYTES = 28;

const rowSchema = z.object({
  commitment: digestSchema,
  digest: digestSchema,
  run: runIdSchema,
  role: z.string(),
  bytes: z.coerce.number().nullable(),
  stored_at: z.date(),
  shredded_by: z.coerce.number().nullable(),
});

/** What is known of a sealed document without opening it. */
export interface BlobRow {
  readonly commitment: string;
  readonly digest: string;
  readonly run: string;
  readonly role: string;
  /** Null once it is shredded. */
  readonly bytes: number | null;
  readonly storedAt: string;
  readonly shreddedBy: number | null;
}

export interface BlobFilter {
  readonly run?: string | undefined;
  /** Those that are not shredded, of runs that had ended by then. */
  readonly before?: string | undefined;
}

const SELECT = `
  select commitment, digest, run, role, octet_length(sealed) - ${SEAL_BYTES} as bytes, stored_at, shredded_by
  from duovir.document`;

/** The sealed documents, listed by what they are called. */
export class BlobRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first, behind the first `offset`. */
  async page({ run, before }: BlobFilter, limit: number, offset: number): Promise<readonly BlobRow[]> {
    const rows = await this.#database.query(
      `${SELECT}
       where ($3::text is null or run = $3) and ($4::timestamptz is null or (shredded_by is null
         and stored_at < $4 and exists (select 1 from duovir.run where run.id = document.run and run.ended_at < $4)))
       order by stored_at, commitment limit $1 offset $2`,
      [limit, offset, run ?? null, before ?? null],
    );
    return rows.map(blobOf);
  }

  async find(commitments: readonly string[]): Promise<readonly BlobRow[]> {
    const rows = await this.#database.query(`${SELECT} where commitment = any($1)`, [[...commitments]]);
    return rows.map(blobOf);
  }

  /** Others that hold the same bytes, and are not shredded. */
  async copies(digests: readonly string[]): Promise<readonly BlobRow[]> {
    const rows = await this.#database.query(`${SELECT} where digest = any($1) and shredded_by is null`, [[...digests]]);
    return rows.map(blobOf);
  }
}

function blobOf(row: Row): BlobRow {
  const { stored_at: storedAt, shredded_by: shreddedBy, ...blob } = rowSchema.parse(row);
  return { ...blob, storedAt: storedAt.toISOString(), shreddedBy };
}
