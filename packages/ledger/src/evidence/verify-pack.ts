import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuovirError } from '@duovir/protocol';
import * as z from 'zod';
import type { Finding } from '../finding.ts';
import { verifyLog, type Verification, type VerifyOptions } from '../verify.ts';
import { auditContents } from './contents-audit.ts';
import { OPENINGS_FILE } from './blob-opening.ts';
import { isFolder, oddFiles } from './folder.ts';
import { auditAbout, auditFiles, auditSignature, readManifest, type OnFinding } from './manifest-audit.ts';
import type { Manifest } from './manifest.ts';
import type { BlobCounts } from './opening-join.ts';
import { LOG_FOLDER, openPackedLog, type PackedLog } from './packed-log.ts';
import { auditPeriod } from './period-audit.ts';
import { policyInForce } from './signed-manifest.ts';
import { unzip, type UnzipLimits } from './unzip.ts';

export interface VerifyPackOptions extends Pick<VerifyOptions, 'officer' | 'timestampAuthorities' | 'workers'> {
  readonly limits?: UnzipLimits;
  readonly onProgress?: (stage: VerifyStage, done: number, size: number) => void;
}
export type VerifyStage = 'unpack' | 'log' | 'contents' | 'files';

/** What a pack says about itself; nothing of it is to be believed where there are findings. */
export type PackFacts = Pick<Manifest, 'organisation' | 'origin' | 'from' | 'to' | 'scope' | 'root' | 'createdAt'> & {
  /** Who had it made, as the server has stated. */
  readonly exportedBy: string | null;
};

export interface PackVerification extends Verification {
  readonly blobs: BlobCounts;
  readonly pack: PackFacts | null;
}

/**
 * Verifies an evidence pack, a ZIP file or a folder, with nothing else: no server, no network, no state. The log in it, the
 * manifest and its signature, every file, what is opened, and that index and tables say what the entries say.
 */
export async function verifyPack(path: string, options: VerifyPackOptions = {}): Promise<PackVerification> {
  if (await isFolder(path)) return verifyUnpacked(resolve(path), options);
  const folder = await mkdtemp(join(tmpdir(), 'duovir-evidence-'));
  try {
    options.onProgress?.('unpack', 0, 1);
    await unzip(path, folder, options.limits);
    return await verifyUnpacked(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyUnpacked(root: string, options: VerifyPackOptions): Promise<PackVerification> {
  const odd = await oddFiles(root);
  if (odd.length > 0) return unreadable(odd, options);
  const { limits: _limits, onProgress, ...forLog } = options;
  const findings: Finding[] = [];
  const onFinding = (finding: Finding): void => void findings.push(finding);
  const logRoot = join(root, LOG_FOLDER);
  const verifying = verifyLog(logRoot, {
    ...forLog,
    onProgress: ({ phase, done, size }) => phase === 'record' && onProgress?.('log', done, size),
  });
  const manifest = await readManifest(root, onFinding);
  const [verification, told] = await Promise.all([
    verifying,
    manifest && verifyManifest({ root, manifest, onFinding, onProgress }),
  ]);
  const all = [...verification.findings.map(inLog), ...findings];
  const { blobs = noBlobs(), pack = null, remarks: toBeKnown = [] } = told ?? {};
  const remarks = [...verification.remarks.map(inLog), ...blobRemarks(blobs), ...toBeKnown];
  return { ...verification, ok: verification.ok && all.length === 0, findings: all, remarks, blobs, pack };
}

/** Nothing is read of a folder in which a name may lead elsewhere, or a file have no end. */
function unreadable(odd: readonly string[], { officer }: VerifyPackOptions): PackVerification {
  const findings = odd.map((file) => ({ file, rule: 'manifest-file', consequence: 'It is no plain file.' }));
  const nothing = { size: 0, first: 0, remarks: [], blobs: noBlobs(), pack: null };
  return { ok: false, isAnchored: officer !== undefined, findings, ...nothing };
}

const inLog = (finding: Finding): Finding =>
  finding.file === undefined ? finding : { ...finding, file: `${LOG_FOLDER}/${finding.file}` };
function blobRemarks({ withheld, shredded }: BlobCounts): Finding[] {
  const remark = (rule: string, consequence: string): Finding => ({ file: OPENINGS_FILE, rule, consequence });
  return [
    ...(withheld > 0 ? [remark('blob-withheld', `Of ${withheld} blobs the content is not shown.`)] : []),
    ...(shredded > 0
      ? [remark('blob-shredded', `Of ${shredded} blobs the content is destroyed; entries say by whom.`)]
      : []),
  ];
}
const noBlobs = (): BlobCounts => ({ opened: 0, withheld: 0, shredded: 0, mismatch: 0 });

interface Told {
  readonly blobs: BlobCounts;
  readonly pack: PackFacts;
  readonly remarks: readonly Finding[];
}

interface Examined {
  readonly root: string;
  readonly manifest: Manifest;
  readonly onFinding: OnFinding;
  readonly onProgress: VerifyPackOptions['onProgress'] | undefined;
}

async function verifyManifest({ root, manifest, onFinding, onProgress }: Examined): Promise<Told> {
  const { organisation, origin, from, to, scope, createdAt } = manifest;
  const facts = { organisation, origin, from, to, scope, root: manifest.root, createdAt };
  await auditFiles(root, manifest, onFinding, (done, size) => onProgress?.('files', done, size));
  const log = await openedLog(root, manifest);
  // What is wrong with it, the verification of the log says.
  if (!log) return { blobs: noBlobs(), pack: { ...facts, exportedBy: null }, remarks: [] };
  auditAbout(manifest, log, onFinding);
  const { blobs, span, trustPolicy } = await auditContents(root, manifest, log, {
    onFinding,
    onProgress: (done, size) => onProgress?.('contents', done, size),
  });
  const proven = await auditSignature(root, manifest, policyInForce(log, trustPolicy), onFinding);
  const stated = proven && { index: proven.index, time: proven.statement.time };
  const { findings, remarks } = auditPeriod(manifest, span, stated);
  for (const finding of findings) onFinding(finding);
  return { blobs, pack: { ...facts, exportedBy: proven?.statement.predicate.person ?? null }, remarks };
}

async function openedLog(root: string, { from, to }: Manifest): Promise<PackedLog | undefined> {
  try {
    return await openPackedLog(join(root, LOG_FOLDER), { from, to });
  } catch (error) {
    if (error instanceof DuovirError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
