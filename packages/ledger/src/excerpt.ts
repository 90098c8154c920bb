import { encodeBundle } from './bundle.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import type { ContextEntry, ExcerptRange } from './context-table.ts';
import { CONTEXT_FOLDER } from './entry-stream.ts';
import { LedgerError } from './error.ts';
import { FIRST_FILE } from './context-audit.ts';
import { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
import { HASH_BYTES } from './merkle.ts';
import { formatProof } from './proof.ts';
import { Prover, type TileSource } from './prover.ts';
import { Publication } from './publication.ts';
import type { PublishedLog } from './publish.ts';
import { levelShapes, tileNames, tilePath, TILE_WIDTH, tileWidth } from './tile.ts';

const RETAINED_CHECKPOINTS = 1000;

/** A log that knows which of its older entries later ones rest on: whoever had to find that out would have to read all of them. */
export interface ExcerptedLog extends PublishedLog {
  /**
   * Entries below `first` that those from `first` up to, without, `size` rest on, oldest first: what was said about the log as a
   * whole, and all of every run of which something is said from `first` on.
   */
  context(range: ExcerptRange): AsyncIterable<ContextEntry>;
}

export interface Excerpt {
  readonly size: number;
  /** Entries below `first` that later ones rest on. */
  readonly context: number;
}

/**
 * Writes a log folder without the bytes of its oldest entries, and with each of them that later ones rest on. Into an empty
 * folder. Of what is older, nothing is read but that, and the tiles that prove it.
 * @param first a multiple of 256
 */
export async function exportExcerpt(
  log: ExcerptedLog,
  folder: string,
  keys: PublishedKeys,
  first: number,
): Promise<Excerpt> {
  const checkpoint = await log.cosignedCheckpoint();
  const { size } = checkpoint;
  if (first % TILE_WIDTH !== 0 || first > size)
    throw new LedgerError('export-failed', `An excerpt begins with a bundle of the log, not with entry ${first}.`);
  const publication = await Publication.open(folder);
  if ((await publication.checkpoint()) !== undefined)
    throw new LedgerError('export-failed', 'The folder holds a log already.');
  await putTiles(log, publication, size, first);
  await putEntries(log, publication, size, first);
  const context = await putContext(log, publication, { checkpoint, first });
  for (const retained of await log.cosignedHistory(size, RETAINED_CHECKPOINTS))
    if (retained.size >= first) await publication.retain(retained.size, retained.note);
  await publication.put(FIRST_FILE, Buffer.from(`${first}\n`));
  await publication.put(KEYS_FILE, Buffer.from(formatKeysFile(keys)));
  await publication.finish(checkpoint.note);
  return { size, context };
}

/** All tiles above the leaves, and those of the leaves from `first` on. */
async function putTiles(log: PublishedLog, publication: Publication, size: number, first: number): Promise<void> {
  for (const shape of levelShapes(size))
    for (const name of tileNames(shape.level, shape)) {
      if (shape.level === 0 && name.index * TILE_WIDTH < first) continue;
      const hashes = await log.tile(shape.level, name.index, name.width);
      await publication.put(tilePath(name), hashes.subarray(0, name.width * HASH_BYTES));
    }
}

async function putEntries(log: PublishedLog, publication: Publication, size: number, first: number): Promise<void> {
  for (let from = first; from < size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - from);
    const entries = await log.entries({ from, limit: width });
    if (entries.length !== width || entries.some(({ index }, at) => index !== from + at))
      throw new LedgerError('ledger-corrupt', `Entries ${from} to ${from + width - 1} are not all there.`);
    const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
    await publication.put(path, encodeBundle(entries.map(({ body }) => body)));
  }
}

async function putContext(
  log: ExcerptedLog,
  publication: Publication,
  { checkpoint, first }: { readonly checkpoint: SignedCheckpoint; readonly first: number },
): Promise<number> {
  const { size } = checkpoint;
  const prover = new Prover(treeOf(log, publication, { first, size }));
  let [count, next] = [0, 0];
  for await (const { index, body } of log.context({ first, size })) {
    // They become names of files.
    if (!Number.isSafeInteger(index) || index < next || index >= first)
      throw new LedgerError('evidence-refused', `Entry ${index} is no entry before ${first}, or out of order.`);
    next = index + 1;
    const proof = formatProof({ index, hashes: await prover.inclusion(index, size), checkpoint: checkpoint.note });
    await publication.put(`${CONTEXT_FOLDER}/${index}`, body);
    await publication.put(`${CONTEXT_FOLDER}/${index}.tlog-proof`, Buffer.from(proof));
    count += 1;
  }
  return count;
}

/** The tree as the folder has it. Leaves below `first` come from the log, a tile for all that stands in it. */
function treeOf(log: ExcerptedLog, publication: Publication, { first, size }: ExcerptRange): TileSource {
  let leaves: { readonly index: number; readonly hashes: Promise<Buffer> } | undefined;
  return {
    tile: async (level, index) => {
      const width = tileWidth(level, index, size);
      if (level === 0 && index * TILE_WIDTH < first) {
        if (leaves?.index !== index) leaves = { index, hashes: log.tile(level, index, width) };
        return leaves.hashes;
      }
      const path = tilePath({ level, index, width });
      const hashes = await publication.read(path);
      if (!hashes) throw new LedgerError('export-failed', `${path} is gone from the folder.`);
      return hashes;
    },
  };
}
