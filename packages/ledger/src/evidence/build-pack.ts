import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, digestOfBytes, type BlobOpening, type Digest, type EvidenceScope } from '@duovir/protocol';
import { syncFolder } from '../durable-file.ts';
import { LedgerError } from '../error.ts';
import type { ExcerptRange } from '../context-table.ts';
import type { Finding } from '../finding.ts';
import { isInOrder, openingLine, OPENINGS_FILE } from './blob-opening.ts';
import type { Chart } from './chart.ts';
import { filesBelow, hashFile } from './folder.ts';
import { INDEX_FILE, indexLine } from './index-line.ts';
import {
  CHECKSUMS_FILE,
  formatChecksums,
  formatManifest,
  MANIFEST_ENVELOPE,
  MANIFEST_FILE,
  MANIFEST_PROOF,
  type Manifest,
} from './manifest.ts';
import { OpeningJoin, type BlobCounts } from './opening-join.ts';
import { readEntries } from './packed-entry.ts';
import { LOG_FOLDER, openPackedLog, type PackedLog } from './packed-log.ts';
import { auditPeriod, Span } from './period-audit.ts';
import { readme, README_FILE } from './readme.ts';
import { PAGE_FILE, reportPage, type DrawnChart } from './report-page.ts';
import { policyInForce, verifySignedManifest, type SignedManifest } from './signed-manifest.ts';
import { SCHEMAS_FILE, statementSchemas } from './statement-schemas.ts';
import { Tables, type Summary } from './tables.ts';
import { fileSink } from './text-sink.ts';
import { openWorkplace } from './workplace.ts';
import { zipFolder } from './zip.ts';

/** Where a pack comes from. */
export interface PackSource {
  /** Writes the log as `exportLog` does, whole or from some entry on. */
  writeLog(folder: string): Promise<unknown>;
  /**
   * Of the entries from `first` up to, without, `size`, and of the older ones that these rest on; by entry, then commitment. What
   * is not among them, the pack lists as missing.
   */
  openings(range: ExcerptRange): AsyncIterable<BlobOpening>;
  /** Has the server say, in the log, that this was exported. */
  sign(manifest: Digest, about: Pick<Manifest, 'scope' | 'from' | 'to' | 'size' | 'first'>): Promise<SignedManifest>;
}

export interface PackOptions {
  readonly scope: EvidenceScope;
  /** The period: `from` belongs to it, `to` does not. Null where it is open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly createdAt: Date;
  /** Draws the charts of the page; without it the page has none. */
  readonly draw?: (chart: Chart) => DrawnChart;
  readonly onProgress?: (stage: PackStage, done: number, size: number) => void;
}
export type PackStage = 'export' | 'read' | 'hash' | 'sign' | 'pack';

export interface BuiltPack {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly summary: Summary;
  readonly blobs: BlobCounts;
  /** What is no fault and has to be known. */
  readonly remarks: readonly Finding[];
  /** `reports/report.html`. */
  readonly page: string;
}

/**
 * Makes an evidence pack: a ZIP file, or a folder where the name does not end in `.zip`. Everything is written beside it first:
 * whenever this is killed, there is a whole pack under that name, or none. What it leaves beside, the next one clears away.
 */
export async function buildPack(source: PackSource, options: PackOptions, destination: string): Promise<BuiltPack> {
  const workplace = openWorkplace(destination);
  const folder = join(workplace, 'pack');
  mkdirSync(folder, { mode: 0o700 });
  try {
    const built = await writePack(source, options, folder);
    options.onProgress?.('pack', 0, 1);
    if (destination.endsWith('.zip')) await zipFolder(folder, destination, join(workplace, 'pack.zip'));
    else {
      renameSync(folder, destination);
      syncFolder(dirname(destination));
    }
    return built;
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

async function writePack(source: PackSource, options: PackOptions, folder: string): Promise<BuiltPack> {
  const { scope, from, to, createdAt } = options;
  options.onProgress?.('export', 0, 1);
  await source.writeLog(join(folder, LOG_FOLDER));
  const log = await openPackedLog(join(folder, LOG_FOLDER), { from, to });
  const { summary, blobs, span, trustPolicy } = await writeContents(source, options, { folder, log });
  const { organisation, origin, size, root, first } = log;
  const about = { organisation, origin, from, to, scope, size, root, first, createdAt: createdAt.toISOString() };
  await writeCompanions(folder);
  put(folder, README_FILE, readme(about, summary));
  const page = reportPage(about, summary, options.draw ? summary.charts.map(options.draw) : []);
  put(folder, PAGE_FILE, page);
  const manifest = await writeManifest(folder, about, options);
  const digest = digestOfBytes(formatManifest(manifest));
  options.onProgress?.('sign', 0, 1);
  const signed = await source.sign(digest, { scope, from, to, size, first });
  // Nobody is handed a pack that its own verifier would refuse.
  const { index, statement } = verifySignedManifest(manifest, signed, policyInForce(log, trustPolicy));
  const { findings, remarks } = auditPeriod(manifest, span, { index, time: statement.time });
  const [incomplete] = findings;
  if (incomplete) throw new LedgerError('evidence-refused', incomplete.consequence);
  put(folder, MANIFEST_ENVELOPE, `${canonicalJson(signed.envelope)}\n`);
  put(folder, MANIFEST_PROOF, signed.proof);
  return { manifest, digest, summary, blobs, remarks, page };
}

interface Contents {
  readonly summary: Summary;
  readonly blobs: BlobCounts;
  readonly span: Span;
  /** In force at the last entry. */
  readonly trustPolicy: Digest | undefined;
}

/** One reading of the log: index, openings, tables and mapping. */
async function writeContents(
  source: PackSource,
  { scope, onProgress }: PackOptions,
  { folder, log }: { readonly folder: string; readonly log: PackedLog },
): Promise<Contents> {
  const index = fileSink(folder, INDEX_FILE);
  const openings = fileSink(folder, OPENINGS_FILE);
  const tables = new Tables(log, scope, (path) => fileSink(folder, path));
  const opened = new OpeningJoin(inOrder(source.openings(log)), ({ entry, rule }) => {
    throw new LedgerError(
      'evidence-refused',
      `What the server shows for entry ${entry} is not what it committed to: ${rule}.`,
    );
  });
  const span = new Span(log.first);
  let trustPolicy: Digest | undefined;
  for await (const entry of readEntries(log.directory, log.keys, log)) {
    trustPolicy = entry.trustPolicy;
    index.write(indexLine(entry));
    tables.read(entry);
    span.read(entry);
    const { openings: found, unlisted } = await opened.read(entry);
    for (const opening of found) openings.write(openingLine(opening));
    if (unlisted !== undefined) {
      opened.withhold(unlisted);
      openings.write(openingLine({ commitment: unlisted, entry: entry.index, withheld: 'missing' }));
    }
    if (entry.index % PROGRESS === 0) onProgress?.('read', entry.index - log.first, log.size - log.first);
  }
  const blobs = await opened.end();
  index.end();
  openings.end();
  return { summary: tables.end().summary, blobs, span, trustPolicy };
}

const PROGRESS = 1000;

async function* inOrder(openings: AsyncIterable<BlobOpening>): AsyncGenerator<BlobOpening> {
  let previous: BlobOpening | undefined;
  for await (const opening of openings) {
    if (!isInOrder(previous, opening))
      throw new LedgerError('evidence-refused', `The server shows entry ${opening.entry} twice, or out of order.`);
    previous = opening;
    yield opening;
  }
}

/** Schemas, and the verifiers of one file each that this package comes with. */
async function writeCompanions(folder: string): Promise<void> {
  put(folder, SCHEMAS_FILE, statementSchemas());
  const verifiers = fileURLToPath(new URL('../../verifiers/', import.meta.url));
  mkdirSync(join(folder, 'verify'));
  for (const name of (await readdir(verifiers)).filter((file) => /^verify\.(?:py|go)$/.test(file)))
    copyFileSync(join(verifiers, name), join(folder, 'verify', name));
}

async function writeManifest(
  folder: string,
  about: Omit<Manifest, 'format' | 'files'>,
  { onProgress }: PackOptions,
): Promise<Manifest> {
  const paths = await filesBelow(folder);
  const files: Manifest['files'] = [];
  for (const path of paths) {
    files.push(await hashFile(folder, path));
    if (files.length % 100 === 0) onProgress?.('hash', files.length, paths.length);
  }
  const manifest: Manifest = { format: 'duovir-evidence/v1', ...about, files };
  put(folder, MANIFEST_FILE, formatManifest(manifest));
  put(folder, CHECKSUMS_FILE, formatChecksums([...files, await hashFile(folder, MANIFEST_FILE)]));
  return manifest;
}

function put(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
}
