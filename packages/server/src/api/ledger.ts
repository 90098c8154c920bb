import * as z from 'zod';
import type { ledgerEntryViewSchema } from '@duovir/protocol';
import { jsonEndpoint, rawEndpoint, type Endpoint } from './endpoint.ts';
import { decodeCursor, encodeCursor, pageQuery } from './parameters.ts';
import type { Api } from './ports.ts';
import { readEntry, type ReadEntry } from './run-entries.ts';
import { readTile } from './tile.ts';

const indexParameters = z.strictObject({
  index: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
});

export function ledgerEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger',
      operation: 'getLedger',
      summary: 'Size, root and checkpoint of the ledger.',
      answer: 'LedgerStatus',
      handle: async () => api.log.status(),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/entries',
      operation: 'listEntries',
      summary: 'Entries of the ledger, oldest first.',
      query: pageQuery,
      answer: 'LedgerEntryPage',
      handle: async ({ query: { cursor, limit } }) => {
        const from = decodeCursor(cursor) ?? 0;
        const items = (await api.log.entries({ from, limit })).map((entry) => viewOf(readEntry(entry)));
        return { items, cursor: items.length === limit ? encodeCursor(from + limit) : null };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/entries/{index}',
      operation: 'getEntry',
      summary: 'One entry of the ledger.',
      parameters: indexParameters,
      answer: 'LedgerEntry',
      handle: async ({ parameters: { index } }) => viewOf(readEntry(await api.log.entry(index))),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/proof/{index}',
      operation: 'getProof',
      summary: 'Proof (C2SP tlog-proof) that the entry is in the log, under a cosigned checkpoint.',
      parameters: indexParameters,
      answer: 'LedgerProof',
      handle: async ({ parameters: { index } }) => ({ index, proof: await api.ledger.prove(index) }),
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/ledger/checkpoint',
      operation: 'getCheckpoint',
      summary: 'The newest cosigned checkpoint (C2SP tlog-checkpoint).',
      media: 'text/plain',
      handle: async ({ context }) => context.text((await api.log.cosignedCheckpoint()).note),
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/ledger/tile/{tile}',
      operation: 'getTile',
      summary: 'A tile or an entry bundle (C2SP tlog-tiles), for instance `0/x001/234` or `entries/000.p/17`.',
      parameters: z.strictObject({ tile: z.string().max(64) }),
      media: 'application/octet-stream',
      handle: async ({ parameters: { tile }, context }) =>
        context.body(new Uint8Array(await readTile(api.log, tile)), 200, {
          'content-type': 'application/octet-stream',
        }),
    }),
  ];
}

function viewOf({ index, principal, envelope, statement }: ReadEntry): z.output<typeof ledgerEntryViewSchema> {
  return { index, kind: statement.kind, run: statement.run, time: statement.time, principal, envelope };
}
