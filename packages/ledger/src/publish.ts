import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeBundle } from './bundle.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { replaceFile, syncFolder } from './durable-file.ts';
import type { LoggedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
import { HASH_BYTES } from './merkle.ts';
import type { TileSource } from './prover.ts';
import { levelShapes, tileNames, tilePath, TILE_WIDTH } from './tile.ts';

/** What can be published: a log with its cosigned checkpoints. */
export interface PublishedLog extends TileSource {
  cosignedCheckpoint(): Promise<SignedCheckpoint>;
  cosignedHistory(size: number, limit: number): Promise<SignedCheckpoint[]>;
  entries(selection: { from: number; limit: number }): Promise<readonly Pick<LoggedEntry, 'index' | 'body'>[]>;
}

const RETAINED_CHECKPOINTS = 1000;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Files of one export. Nobody reads a tile before the checkpoint that needs it, and that is written last. */
class Publication {
  readonly #root: string;
  readonly #folders = new Set<string>();

  constructor(root: string) {
    this.#root = root;
    mkdirSync(root, { recursive: true });
  }

  read(path: string): Buffer | undefined {
    return readIfThere(join(this.#root, path));
  }

  /** Writes what is not there yet, or was damaged. */
  put(path: string, bytes: Buffer): void {
    const file = join(this.#root, path);
    if (readIfThere(file)?.equals(bytes)) return;
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    const draft = openSync(`${file}.new`, 'w', 0o644);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(draft, bytes, at);
      fsyncSync(draft);
    } finally {
      closeSync(draft);
    }
    renameSync(`${file}.new`, file);
  }

  /** Makes the checkpoint the one that readers see; everything it needs is durable by then. */
  finish(checkpoint: string): void {
    for (const folder of this.#folders) syncFolder(folder);
    replaceFile(join(this.#root, 'checkpoint'), Buffer.from(checkpoint), 0o644);
  }
}

async function publishTiles(log: PublishedLog, size: number, publication: Publication): Promise<void> {
  for (const shape of levelShapes(size))
    for (const name of tileNames(shape.level, shape)) {
      const hashes = await log.tile(shape.level, name.index, name.width);
      publication.put(tilePath(name), hashes.subarray(0, name.width * HASH_BYTES));
    }
  const [leaves] = levelShapes(size);
  for (const name of leaves ? tileNames('entries', leaves) : []) {
    const first = name.index * TILE_WIDTH;
    const entries = await log.entries({ from: first, limit: name.width });
    if (entries.length !== name.width || entries.some(({ index }, at) => index !== first + at))
      throw new LedgerError('ledger-corrupt', `Entries ${first} to ${first + name.width - 1} are not all there.`);
    publication.put(tilePath(name), encodeBundle(entries.map(({ body }) => body)));
  }
}

/**
 * Writes the log as static files that any web server can serve (C2SP tlog-tiles), with `keys.json` and the retained
 * `checkpoints/<size>`. May be repeated into the same folder; a reader sees the old log or the new one, never a mixture.
 */
export async function exportLog(log: PublishedLog, folder: string, keys: PublishedKeys): Promise<{ size: number }> {
  const checkpoint = await log.cosignedCheckpoint();
  const publication = new Publication(folder);
  const previous = publication.read('checkpoint')?.toString('utf8');
  if (previous !== undefined) {
    const before = parseCheckpoint(previous);
    if (before.size > checkpoint.size || before.origin !== parseCheckpoint(checkpoint.note).origin)
      throw new LedgerError('export-failed', 'The folder holds a longer log, or that of another origin.');
    publication.put(`checkpoints/${before.size}`, Buffer.from(previous));
  }
  await publishTiles(log, checkpoint.size, publication);
  for (const { size, note } of await log.cosignedHistory(checkpoint.size, RETAINED_CHECKPOINTS))
    if (publication.read(`checkpoints/${size}`) === undefined)
      publication.put(`checkpoints/${size}`, Buffer.from(note));
  publication.put(KEYS_FILE, Buffer.from(formatKeysFile(keys)));
  publication.finish(checkpoint.note);
  return { size: checkpoint.size };
}
