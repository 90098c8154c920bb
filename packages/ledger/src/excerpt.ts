import { encodeBundle } from './bundle.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { CONTEXT_FOLDER } from './entry-stream.ts';
import { scopeOf } from './entry-scope.ts';
import { readTail } from './entry-tail.ts';
import { LedgerError } from './error.ts';
import { FIRST_FILE } from './context-audit.ts';
import { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
import { HASH_BYTES } from './merkle.ts';
import { formatProof } from './proof.ts';
import { Prover } from './prover.ts';
import { Publication } from './publication.ts';
import type { PublishedLog } from './publish.ts';
import { levelShapes, tileNames, tilePath, TILE_WIDTH } from './tile.ts';

const RETAINED_CHECKPOINTS = 1000;

export interface Excerpt {
  readonly size: number;
  /** Entries below `first` that later ones rest on. */
  readonly context: number;
}

/**
 * Writes a log folder without the bytes of its oldest entries, and with each of them that later ones rest on: what was said
 * about the log as a whole, and all of every run of which something was said from `first` on. Into an empty folder.
 * @param first a multiple of 256
 */
export async function exportExcerpt(
  log: PublishedLog,
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
  const runs = await putEntries(log, publication, size, first);
  const context = await putContext(log, publication, { checkpoint, first, runs });
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

async function* bundlesOf(
  log: PublishedLog,
  from: number,
  to: number,
): AsyncGenerator<{ readonly index: number; readonly bodies: readonly Buffer[] }> {
  for (let first = from; first < to; first += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, to - first);
    const entries = await log.entries({ from: first, limit: width });
    if (entries.length !== width || entries.some(({ index }, at) => index !== first + at))
      throw new LedgerError('ledger-corrupt', `Entries ${first} to ${first + width - 1} are not all there.`);
    yield { index: first / TILE_WIDTH, bodies: entries.map(({ body }) => Buffer.from(body)) };
  }
}

/** The runs of which something is said there. */
async function putEntries(
  log: PublishedLog,
  publication: Publication,
  size: number,
  first: number,
): Promise<ReadonlySet<string>> {
  const runs = new Set<string>();
  for await (const { index, bodies } of bundlesOf(log, first, size)) {
    await publication.put(tilePath({ level: 'entries', index, width: bodies.length }), encodeBundle(bodies));
    for (const body of bodies) {
      const tail = readTail(body);
      if (tail && scopeOf(tail) === 'run') runs.add(tail.run);
    }
  }
  return runs;
}

async function putContext(
  log: PublishedLog,
  publication: Publication,
  of: { readonly checkpoint: SignedCheckpoint; readonly first: number; readonly runs: ReadonlySet<string> },
): Promise<number> {
  const { checkpoint, first, runs } = of;
  const prover = new Prover(log);
  let count = 0;
  for await (const { index: bundle, bodies } of bundlesOf(log, 0, first))
    for (const [offset, body] of bodies.entries()) {
      const tail = readTail(body);
      if (!tail || scopeOf(tail) === 'passing' || (scopeOf(tail) === 'run' && !runs.has(tail.run))) continue;
      const index = bundle * TILE_WIDTH + offset;
      const hashes = await prover.inclusion(index, checkpoint.size);
      const proof = formatProof({ index, hashes, checkpoint: checkpoint.note });
      await publication.put(`${CONTEXT_FOLDER}/${index}`, body);
      await publication.put(`${CONTEXT_FOLDER}/${index}.tlog-proof`, Buffer.from(proof));
      count += 1;
    }
  return count;
}
