import { join } from 'node:path';
import { DuovirError, type BlobOpening, type Digest } from '@duovir/protocol';
import type { Finding } from '../finding.ts';
import { isInOrder, OPENINGS_FILE } from './blob-opening.ts';
import { IndexJoin } from './index-join.ts';
import { INDEX_FILE } from './index-line.ts';
import type { Manifest } from './manifest.ts';
import { OpeningJoin, type BlobCounts } from './opening-join.ts';
import { readEntries } from './packed-entry.ts';
import { Span } from './period-audit.ts';
import type { PackedLog } from './packed-log.ts';
import { linesOf, openingsIn } from './read-lines.ts';
import { Tables } from './tables.ts';
import { hashingSink } from './text-sink.ts';

export interface ContentsAudit {
  readonly blobs: BlobCounts;
  readonly span: Span;
  /** In force at the last entry. */
  readonly trustPolicy: Digest | undefined;
}

/**
 * Reads the log of a pack once more and makes from it what the pack says about it: index, tables, mapping. What comes out
 * differently was changed, or was never true.
 */
export async function auditContents(
  root: string,
  manifest: Manifest,
  log: PackedLog,
  watch: { onFinding(finding: Finding): void; onProgress(done: number, size: number): void },
): Promise<ContentsAudit> {
  const { onFinding, onProgress } = watch;
  const { from, to, scope } = manifest;
  const index = new IndexJoin(linesOf(join(root, INDEX_FILE)), onFinding);
  const openings = new OpeningJoin(checkedOpenings(root, onFinding), (flaw) =>
    onFinding({ ...flaw, file: OPENINGS_FILE }),
  );
  const tables = new Tables({ ...log, from, to }, scope, (path) => hashingSink(path));
  const span = new Span(log.first);
  let trustPolicy: Digest | undefined;
  try {
    for await (const entry of readEntries(log.directory, log.keys, { ...log, from, to })) {
      trustPolicy = entry.trustPolicy;
      await index.read(entry);
      const { unlisted } = await openings.read(entry);
      if (unlisted !== undefined)
        onFinding({ entry: entry.index, file: OPENINGS_FILE, rule: 'blob-unlisted', consequence: UNLISTED });
      tables.read(entry);
      span.read(entry);
      if (entry.index % PROGRESS === 0) onProgress(entry.index - log.first, log.size - log.first);
    }
  } catch (error) {
    if (!(error instanceof DuovirError)) throw error;
    // The log itself is damaged: what is made from it would differ everywhere.
    onFinding({ file: INDEX_FILE, rule: 'index', consequence: `The log cannot be read to its end: ${error.message}` });
    return { blobs: openings.counts, span, trustPolicy };
  }
  await index.end();
  const blobs = await openings.end();
  const listed = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
  for (const { path, sha256 } of tables.end().files)
    if (listed.get(path) !== sha256)
      onFinding({ file: path, rule: 'report', consequence: 'It says something else than the entries that are here.' });
  return { blobs, span, trustPolicy };
}

const PROGRESS = 1000;
const UNLISTED = 'What the entry commits to is neither shown nor said to be withheld: somebody has left it out.';

async function* checkedOpenings(root: string, onFinding: (finding: Finding) => void): AsyncGenerator<BlobOpening> {
  const flaw = (consequence: string, entry?: number): void =>
    onFinding({ file: OPENINGS_FILE, rule: 'blob-unknown', consequence, ...(entry === undefined ? {} : { entry }) });
  let previous: BlobOpening | undefined;
  for await (const opening of openingsIn(join(root, OPENINGS_FILE), (line) => flaw(`Line ${line} is no opening.`))) {
    if (isInOrder(previous, opening)) {
      previous = opening;
      yield opening;
    } else flaw('An opening stands twice, or out of order.', opening.entry);
  }
}
