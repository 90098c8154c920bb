import { encodeBundle, LedgerError, type PostgresLog } from '@duovir/ledger';
import { ServerError } from '../error.ts';

const FULL = 256;
const HASH_BYTES = 32;
const NAME = /^(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The bytes of a tile or entry bundle by its C2SP name. A tile is as wide as its name says, or it does not exist. */
export async function readTile(log: PostgresLog, name: string): Promise<Buffer> {
  const [, level, path, partial] = NAME.exec(name) ?? [];
  const width = partial === undefined ? FULL : Number(partial);
  if (level === undefined || path === undefined || width > FULL || partial === String(FULL)) throw missing(name);
  const index = Number(path.replaceAll(/[x/]/g, ''));
  return level === 'entries' ? readBundle(log, index, width, name) : readHashes(log, Number(level), index, width, name);
}

async function readBundle(log: PostgresLog, index: number, width: number, name: string): Promise<Buffer> {
  const entries = await log.entries({ from: index * FULL, limit: width });
  if (entries.length < width) throw missing(name);
  return encodeBundle(entries.map(({ body }) => body));
}

async function readHashes(
  log: PostgresLog,
  level: number,
  index: number,
  width: number,
  name: string,
): Promise<Buffer> {
  try {
    const hashes = await log.tile(level, index, width);
    if (hashes.length >= width * HASH_BYTES) return hashes.subarray(0, width * HASH_BYTES);
  } catch (error) {
    // Beyond its edge the log has no tile; within it a missing one would be found by whoever verifies.
    if (!(error instanceof LedgerError) || error.code !== 'ledger-corrupt') throw error;
  }
  throw missing(name);
}

function missing(name: string): ServerError {
  return new ServerError('tile-missing', `The log has no tile ${name.slice(0, 64)}.`);
}
