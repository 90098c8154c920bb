import {
  blobViewSchema,
  pageOf,
  shreddingSchema,
  type BlobView,
  type Shredding,
  type ShredRequest,
} from '@duovir/protocol';
import type { Transport } from './transport.ts';

export interface BlobFilter {
  readonly run?: string;
  /** What is still there of runs that had ended before this time. */
  readonly before?: string;
}

/** Content that the ledger only commits to, by what it is called. */
export interface BlobCalls {
  /** Oldest first. */
  blobs(filter: BlobFilter): AsyncGenerator<BlobView>;
  /** Nobody can bring it back. */
  shred(request: ShredRequest): Promise<Shredding>;
}

const PAGE = 200;

export function blobCalls(transport: Transport): BlobCalls {
  return {
    blobs: async function* (filter) {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const query = { ...filter, limit: PAGE, cursor };
        const page = await transport.json({ path: '/v1/blobs', query }, pageOf(blobViewSchema));
        yield* page.items;
        cursor = page.cursor;
      }
    },
    shred: (request) => transport.json({ path: '/v1/blobs/shred', body: request }, shreddingSchema),
  };
}
