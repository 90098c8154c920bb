import * as z from 'zod';
import { LedgerError, type PostgresLog } from '@duovir/ledger';
import { MOST_CHECKPOINTS, type ledgerEntryViewSchema } from '@duovir/protocol';
import type { Reader } from '../access/reader.ts';
import { contextLines } from './context-lines.ts';
import { jsonEndpoint, rawEndpoint, type Endpoint } from './endpoint.ts';
import { excerptLines, excerptQuery, indexText, LINES } from './excerpt-lines.ts';
import { decodeCursor, pageQuery } from './parameters.ts';
import type { Api } from './ports.ts';
import { readablePage } from './readable-page.ts';
import { readEntry, type ReadEntry } from './run-entries.ts';
import { readTile } from './tile.ts';

const historyLimit = z.coerce.number().int().min(1).max(MOST_CHECKPOINTS).default(MOST_CHECKPOINTS);
const indexParameters = z.strictObject({ index: indexText });

export function ledgerEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger',
      operation: 'getLedger',
      summary: 'Size, root and checkpoint of the ledger.',
      access: { action: 'read', resource: 'installation' },
      answer: 'LedgerStatus',
      handle: async () => api.log.status(),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/entries',
      operation: 'listEntries',
      summary: 'Entries of the ledger, oldest first.',
      access: { action: 'read', resource: 'runs' },
      query: pageQuery,
      answer: 'LedgerEntryPage',
      handle: async ({ query: { cursor, limit }, reader }) => {
        const page = await readablePage({
          limit,
          from: decodeCursor(cursor),
          read: (most, from = 0) => api.log.entries({ from, limit: most }),
          positionOf: ({ index }) => index + 1,
          readable: (entries) => readableEntries(entries, reader),
        });
        return { items: page.items.map((entry) => viewOf(readEntry(entry))), cursor: page.cursor };
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/entries/{index}',
      operation: 'getEntry',
      summary: 'One entry of the ledger.',
      access: { action: 'read', resource: 'runs' },
      parameters: indexParameters,
      answer: 'LedgerEntry',
      handle: async ({ parameters: { index }, reader }) => viewOf(readEntry(await entryFor(api, reader, index))),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/proof/{index}',
      operation: 'getProof',
      summary: 'Proof (C2SP tlog-proof) that the entry is in the log, under a cosigned checkpoint.',
      access: { action: 'read', resource: 'runs' },
      parameters: indexParameters,
      answer: 'LedgerProof',
      handle: async ({ parameters: { index }, reader }) => {
        await entryFor(api, reader, index);
        return { index, proof: await api.ledger.prove(index) };
      },
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/ledger/checkpoint',
      operation: 'getCheckpoint',
      summary: 'The newest cosigned checkpoint (C2SP tlog-checkpoint).',
      access: { action: 'read', resource: 'installation' },
      media: 'text/plain',
      handle: async ({ context }) => context.text((await api.log.cosignedCheckpoint()).note),
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/ledger/checkpoints',
      operation: 'listCheckpoints',
      summary: 'Cosigned checkpoints up to a size, oldest first, spread over the whole log.',
      access: { action: 'read', resource: 'installation' },
      query: z.strictObject({ size: indexText, limit: historyLimit }),
      answer: 'Checkpoints',
      handle: async ({ query: { size, limit } }) => {
        const history = await api.log.cosignedHistory(size, limit);
        return { items: history.map(({ note, ...of }) => ({ ...of, checkpoint: note })) };
      },
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/ledger/context',
      operation: 'readContext',
      summary:
        'Entries before `first` on which those from it up to `size` rest, one line each; the last line counts them.',
      access: { action: 'audit', resource: 'installation' },
      query: excerptQuery,
      media: LINES,
      schema: 'ContextLine',
      handle: async ({ query }) => excerptLines(api, query, contextLines(api.log, query)),
    }),
    rawEndpoint({
      method: 'get',
      path: '/v1/ledger/tile/{tile}',
      operation: 'getTile',
      summary: 'A tile or an entry bundle (C2SP tlog-tiles), for instance `0/x001/234` or `entries/000.p/17`.',
      access: { action: 'read', resource: 'installation' },
      parameters: z.strictObject({ tile: z.string().max(64) }),
      media: 'application/octet-stream',
      handle: async ({ parameters: { tile }, context }) =>
        context.body(new Uint8Array(await readTile(api.log, tile)), 200, {
          'content-type': 'application/octet-stream',
        }),
    }),
  ];
}

type LoggedEntry = Awaited<ReturnType<PostgresLog['entry']>>;

/** What concerns no run is everybody's who may read the ledger. */
const LOG = 'duovir';

async function readableEntries(entries: readonly LoggedEntry[], reader: Reader): Promise<LoggedEntry[]> {
  const ofRuns = entries.filter(({ run }) => run !== LOG);
  const shown = new Set(await reader.readable(ofRuns, ({ run }) => run));
  return entries.filter((entry) => entry.run === LOG || shown.has(entry));
}

/** Throws `entry-missing`, also for an entry of a run that the reader may not read. */
async function entryFor({ log }: Api, reader: Reader, index: number): Promise<LoggedEntry> {
  const entry = await log.entry(index);
  if (entry.run === LOG || (await reader.mayRead(entry.run))) return entry;
  throw new LedgerError('entry-missing', `The log has no entry ${index}.`);
}

function viewOf({ index, principal, envelope, statement }: ReadEntry): z.output<typeof ledgerEntryViewSchema> {
  return { index, kind: statement.kind, run: statement.run, time: statement.time, principal, envelope };
}
