import * as z from 'zod';
import { runIdSchema, timeSchema, type BlobView } from '@duovir/protocol';
import type { BlobRow } from '../blob/blob-rows.ts';
import { commitmentsOf } from '../blob/committed.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { decodeCursor, pageQuery } from './parameters.ts';
import type { Api } from './ports.ts';
import { readablePage } from './readable-page.ts';

const blobQuery = z.strictObject({ ...pageQuery.shape, run: runIdSchema.optional(), before: timeSchema.optional() });

export function blobEndpoints(api: Api): Endpoint[] {
  const { rows } = api.shredder;
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/blobs',
      operation: 'listBlobs',
      summary: 'What is sealed, oldest first: of one run, or what is still there of runs that had ended before a time.',
      access: { action: 'read', resource: 'runs' },
      query: blobQuery,
      answer: 'BlobPage',
      handle: async ({ query: { cursor, limit, ...filter }, reader }) => {
        const page = await readablePage({
          limit,
          from: decodeCursor(cursor),
          read: async (most, from = 0) =>
            (await rows.page(filter, most, from)).map((row, at) => ({ row, position: from + at + 1 })),
          positionOf: ({ position }) => position,
          readable: (found) => reader.readable(found, ({ row }) => row.run),
        });
        return {
          items: await viewsOf(
            api,
            page.items.map(({ row }) => row),
          ),
          cursor: page.cursor,
        };
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/blobs/shred',
      operation: 'shredBlobs',
      summary: 'Destroys sealed content for good: the ledger says so first, then keys, salts and bytes are gone.',
      access: { action: 'administer', resource: 'installation' },
      body: 'ShredRequest',
      answer: 'Shredding',
      handle: async ({ body: { commitments, reason }, person }) => {
        const digests = (await rows.find(commitments)).map(({ digest }) => digest);
        const shredded = await api.shredder.shred(person, reason, [...new Set(commitments)]);
        const copies = await rows.copies(digests);
        return { shredded: [...shredded], copies: copies.map(({ commitment, run }) => ({ commitment, run })) };
      },
    }),
  ];
}

async function viewsOf({ log }: Api, rows: readonly BlobRow[]): Promise<BlobView[]> {
  const runs = [...new Set(rows.map(({ run }) => run))];
  const committed = new Map(await Promise.all(runs.map(async (run) => [run, await commitmentsOf(log, run)] as const)));
  return rows.map(({ digest: _digest, ...row }) => ({
    ...row,
    entry: committed.get(row.run)?.get(row.commitment) ?? null,
  }));
}
