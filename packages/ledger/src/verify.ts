import { auditAnchors } from './anchor-audit.ts';
import {
  checkpointKeyFindings,
  openCheckpointFile,
  retainedFiles,
  sizeFindings,
  type OpenedCheckpoint,
} from './checkpoint-audit.ts';
import { auditContext, readFirst } from './context-audit.ts';
import type { Finding } from './finding.ts';
import { openKeys, type OpenedKeys } from './keys-audit.ts';
import { LogDirectory } from './log-directory.ts';
import { auditRecord, unlikeTree } from './record.ts';
import { excused, isLeft, restoredFindings, restoredRemarks } from './restored-log.ts';
import { auditTree, missingEnd } from './tree-audit.ts';

/** How far a verification is. Both phases go on at the same time. */
export interface VerifyProgress {
  readonly phase: 'tree' | 'record';
  /** Entries. */
  readonly done: number;
  readonly size: number;
}

export interface VerifyOptions {
  /**
   * The officer's raw public key in base64, from somewhere other than the folder. Without it the log is only shown to
   * agree with itself.
   */
  readonly officer?: string;
  /** False: the tree and the signatures of log and witnesses alone, and nothing of what the entries say. */
  readonly signatures?: boolean;
  /** Certificates (PEM) of the authorities whose timestamps count. */
  readonly timestampAuthorities?: string;
  /** Threads that read the entries; as many as there are processors, none for a small log. The result is the same for any. */
  readonly workers?: number;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

export interface Verification {
  readonly ok: boolean;
  /** Entries under the newest checkpoint; 0 when it could not be believed. */
  readonly size: number;
  /** The first entry of which the folder has its own bundle. */
  readonly first: number;
  /** Whether the officer's key was given from outside. */
  readonly isAnchored: boolean;
  readonly findings: readonly Finding[];
  /** No fault, but to be known; in the same shape. */
  readonly remarks: readonly Finding[];
}

/**
 * Verifies a log without server and network: signatures of log and witnesses, every tile and the root, each retained
 * checkpoint, every entry's bytes, schema, signature and speaker, that what was done had been decided, and that what left for
 * a model was allowed, asked for and paid within its caps. docs/guide/verification.md says it step by step.
 */
export async function verifyLog(folder: string, options: VerifyOptions = {}): Promise<Verification> {
  const directory = new LogDirectory(folder);
  const remarks = options.officer === undefined ? [UNANCHORED] : [];
  const refused = (finding: Finding): Verification => ({
    ok: false,
    size: 0,
    first: 0,
    isAnchored: options.officer !== undefined,
    findings: [finding],
    remarks,
  });
  const keys = await openKeys(directory, options.officer);
  if (keys.kind === 'failed') return refused(keys.finding);
  const newest = await openCheckpointFile(directory, 'checkpoint', keys.value.ring);
  if (newest.kind === 'failed') return refused(newest.finding);
  const first = await readFirst(directory, newest.value.size);
  if (first.kind === 'failed') return refused(first.finding);
  const audit = await auditFolder(directory, keys.value, newest.value, first.value, options);
  return {
    ok: audit.findings.length === 0 && audit.isIntact,
    size: newest.value.size,
    first: first.value,
    isAnchored: options.officer !== undefined,
    findings: audit.findings,
    remarks: [...remarks, ...audit.remarks],
  };
}

interface FolderAudit {
  readonly isIntact: boolean;
  readonly findings: readonly Finding[];
  readonly remarks: readonly Finding[];
}

async function auditFolder(
  directory: LogDirectory,
  { published, ring }: OpenedKeys,
  newest: OpenedCheckpoint,
  first: number,
  { signatures = true, workers, onProgress, timestampAuthorities }: VerifyOptions,
): Promise<FolderAudit> {
  const { size, origin } = newest;
  const files = await retainedFiles(directory);
  const others = await Promise.all(files.map((file) => openCheckpointFile(directory, file, ring)));
  const older = others.flatMap((opened) => (opened.kind === 'opened' ? [opened.value] : []));
  const judged = older.filter((checkpoint) => checkpoint.size >= first);
  const report = (phase: VerifyProgress['phase']) => (done: number) => onProgress?.({ phase, done, size });
  const anchors = await auditAnchors(directory, timestampAuthorities);
  const source = { folder: directory.root, origin, size, first, anchors: anchors.anchors };
  const isWhole = (await missingEnd(directory, size, first)) === undefined;
  const decided = [...ring.restores.values()].map(({ decision }) => decision);
  const [tree, record] = await Promise.all([
    auditTree(directory, [newest, ...judged.filter((checkpoint) => checkpoint.size <= size)], {
      first,
      sizes: decided.map((decision) => decision.size).filter((left) => first <= left && left <= size),
      onProgress: report('tree'),
    }),
    signatures && isWhole ? auditRecord(source, published, workers, report('record')) : undefined,
  ]);
  const context = await auditContext(directory, newest, first);
  const roots = new Map([...context.roots, ...tree.roots]);
  const restored = record?.restored ?? [];
  const treeFindings = [
    ...others.flatMap((opened) => (opened.kind === 'failed' ? [opened.finding] : [])),
    ...sizeFindings(newest, judged),
    ...tree.findings,
  ];
  return {
    isIntact: tree.isIntact,
    findings: [
      ...excused(
        treeFindings,
        judged,
        (record ? restored : decided).filter((loss) => isLeft(loss, roots)),
      ),
      ...context.findings,
      ...anchors.findings,
      ...(record ? checkpointKeyFindings([newest, ...judged], record.terms) : []),
      ...(record && tree.leaves ? unlikeTree(record, tree.leaves) : []),
      ...restoredFindings(restored, roots),
      ...(record?.findings ?? []),
    ],
    remarks: [...anchors.remarks, ...(record ? restoredRemarks(restored, roots) : [STRUCTURE_ONLY])],
  };
}

const UNANCHORED: Finding = {
  rule: 'officer',
  consequence: "The log agrees with itself only: whose it is depends on the officer's key, which was not given.",
};
const STRUCTURE_ONLY: Finding = {
  rule: 'structure',
  consequence: 'Only the tree and the signatures of log and witnesses were looked at, nothing of what the entries say.',
};
