import type { TimedSize } from './anchor-audit.ts';
import { contextIndexes, CONTEXT_FOLDER, readBundles } from './entry-stream.ts';
import type { KeyRing } from './keys-file.ts';
import { LogDirectory } from './log-directory.ts';
import { HASH_BYTES, MAX_ENTRY_BYTES } from './merkle.ts';
import { RecordAuditor, type RecordJudgement } from './record-audit.ts';
import { Share } from './share.ts';
import { TILE_WIDTH } from './tile.ts';

/** What one auditor is to read, and of whom it is one. */
export interface ReadingTask {
  readonly folder: string;
  readonly origin: string;
  readonly size: number;
  readonly first: number;
  readonly part: number;
  readonly of: number;
  readonly anchors: readonly TimedSize[];
}

/** How often somebody is told how far it is, in bundles. */
const BUNDLES_PER_REPORT = 16;

/**
 * Reads a log from its first entry to its last and judges one share of it.
 * @param judged receives the leaf hash of each entry that was judged, from `first` on.
 */
export async function readRecord(
  { folder, size, first, part, of, ...scope }: ReadingTask,
  keys: KeyRing,
  judged: Uint8Array,
  onProgress: (entries: number) => void,
): Promise<RecordJudgement> {
  const directory = new LogDirectory(folder);
  const auditor = new RecordAuditor({ ...scope, keys, share: new Share(part, of), first });
  for (const index of await contextIndexes(folder, first)) {
    const bytes = await directory.file(`${CONTEXT_FOLDER}/${index}`);
    if (bytes && bytes.length <= MAX_ENTRY_BYTES) auditor.read(index, bytes);
  }
  let done = 0;
  for await (const bundle of readBundles(folder, size, first)) {
    if (bundle.kind === 'read')
      for (const [offset, bytes] of bundle.entries.entries()) {
        const index = bundle.index * TILE_WIDTH + offset;
        const leaf = auditor.read(index, bytes);
        if (!leaf) continue;
        judged.set(leaf, (index - first) * HASH_BYTES);
        done += 1;
      }
    if (bundle.index % BUNDLES_PER_REPORT === 0) onProgress(done);
  }
  onProgress(done);
  return auditor.finish();
}
