import { decodeBundle, parseCheckpoint, tilePath, type ExcerptedLog } from '@duovir/ledger';
import { envelopeBytes, MOST_CHECKPOINTS } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';

const TILE_PREFIX = 'tile/';
/** Entries in a full bundle (C2SP tlog-tiles). */
const BUNDLE_WIDTH = 256;

/** A server's log as its API publishes it. Nothing of it is believed: whoever exports it verifies what came. */
export function remoteLog(client: Client): ExcerptedLog {
  const tile = async (level: number | 'entries', index: number, width: number): Promise<Buffer> =>
    Buffer.from(await client.ledgerTile(tilePath({ level, index, width }).slice(TILE_PREFIX.length)));
  return {
    tile,
    cosignedCheckpoint: async () => {
      const note = await client.ledgerCheckpoint();
      return { note, size: parseCheckpoint(note).size };
    },
    cosignedHistory: async (size, limit) =>
      (await client.ledgerCheckpoints(size, Math.min(limit, MOST_CHECKPOINTS))).map(({ checkpoint }) => ({
        note: checkpoint,
        size: parseCheckpoint(checkpoint).size,
      })),
    context: async function* ({ first, size }) {
      for await (const { index, envelope } of client.ledgerContext(first, size))
        yield { index, body: envelopeBytes(envelope) };
    },
    entries: async ({ from, limit }) => {
      const bundle = decodeBundle(await tile('entries', Math.floor(from / BUNDLE_WIDTH), limit));
      return bundle.map((body, offset) => ({ index: from + offset, body }));
    },
  };
}
