import { appendedPath, encodeAppended, type Appended } from './appended.ts';
import { encodeBundle } from './bundle.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import type { LoggedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
import { HASH_BYTES } from './merkle.ts';
import type { TileSource } from './prover.ts';
import { Publication } from './publication.ts';
import { grownTiles, tilePath, TILE_WIDTH, type TileName } from './tile.ts';

export type PublishedEntry = Pick<LoggedEntry, 'index' | 'body'> & Partial<Appended>;

/** What can be published: a log with its cosigned checkpoints. */
export interface PublishedLog extends TileSource {
  cosignedCheckpoint(): Promise<SignedCheckpoint>;
  cosignedHistory(size: number, limit: number): Promise<SignedCheckpoint[]>;
  /** With key and time where the log itself is asked. */
  entries(selection: { from: number; limit: number }): Promise<readonly PublishedEntry[]>;
}

const RETAINED_CHECKPOINTS = 1000;

/** Writes all that a log of `to` entries has and one of `from` had not. */
export async function publishGrowth(
  log: Pick<PublishedLog, 'tile' | 'entries'>,
  publication: Publication,
  from: number,
  to: number,
): Promise<void> {
  for (const name of grownTiles(from, to)) {
    for (const [path, bytes] of await filesOf(log, name)) {
      await publication.put(path, bytes);
      // Whoever still has an older checkpoint reads the full tile instead.
      if (name.width === TILE_WIDTH) publication.supersede(`${path}.p`);
    }
  }
}

async function filesOf(
  log: Pick<PublishedLog, 'tile' | 'entries'>,
  name: TileName,
): Promise<(readonly [string, Uint8Array])[]> {
  const { level, index, width } = name;
  if (level !== 'entries')
    return [[tilePath(name), (await log.tile(level, index, width)).subarray(0, width * HASH_BYTES)]];
  const first = index * TILE_WIDTH;
  const entries = await log.entries({ from: first, limit: width });
  if (entries.length !== width || entries.some((entry, at) => entry.index !== first + at))
    throw new LedgerError('ledger-corrupt', `Entries ${first} to ${first + width - 1} are not all there.`);
  const appended = entries.flatMap(({ key, time }) => (key === undefined || time === undefined ? [] : [{ key, time }]));
  const bundle = [tilePath(name), encodeBundle(entries.map(({ body }) => body))] as const;
  return appended.length === width ? [bundle, [appendedPath(name), encodeAppended(appended)]] : [bundle];
}

/**
 * Writes the log as static files that any web server can serve (C2SP tlog-tiles), with `keys.json` and the retained
 * `checkpoints/<size>`. May be repeated into the same folder; a reader sees the old log or the new one, never a mixture.
 */
export async function exportLog(log: PublishedLog, folder: string, keys: PublishedKeys): Promise<{ size: number }> {
  const checkpoint = await log.cosignedCheckpoint();
  const publication = await Publication.open(folder);
  const previous = await publication.checkpoint();
  if (previous !== undefined) {
    const before = parseCheckpoint(previous);
    if (before.size > checkpoint.size || before.origin !== parseCheckpoint(checkpoint.note).origin)
      throw new LedgerError('export-failed', 'The folder holds a longer log, or that of another origin.');
    await publication.retain(before.size, previous);
  }
  await publishGrowth(log, publication, 0, checkpoint.size);
  await publication.put(KEYS_FILE, Buffer.from(formatKeysFile(keys)));
  await publication.finish(checkpoint.note);
  // Only now: beside a checkpoint that is older than they are, they would prove that the log was cut off.
  for (const { size, note } of await log.cosignedHistory(checkpoint.size, RETAINED_CHECKPOINTS))
    await publication.retain(size, note);
  await publication.flush();
  return { size: checkpoint.size };
}
