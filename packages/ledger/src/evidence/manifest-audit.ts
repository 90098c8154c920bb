import { join } from 'node:path';
import { DuovirError, parseEnvelope, type TrustPolicy } from '@duovir/protocol';
import * as z from 'zod';
import type { Finding } from '../finding.ts';
import { readPlainFile } from '../plain-file.ts';
import { filesBelow, hashFile } from './folder.ts';
import {
  CHECKSUMS_FILE,
  formatChecksums,
  MANIFEST_ENVELOPE,
  MANIFEST_FILE,
  MANIFEST_PROOF,
  OUTSIDE_MANIFEST,
  parseManifest,
  type Manifest,
  type PackedFile,
} from './manifest.ts';
import type { PackedLog } from './packed-log.ts';
import { verifySignedManifest, type ProvenExport } from './signed-manifest.ts';

export type OnFinding = (finding: Finding) => void;

/** The manifest of an unpacked pack, or what is wrong with it. */
export async function readManifest(root: string, onFinding: OnFinding): Promise<Manifest | undefined> {
  const text = await textOf(root, MANIFEST_FILE);
  if (text === undefined) {
    onFinding({ file: MANIFEST_FILE, rule: 'manifest', consequence: 'It is no manifest: it is not there.' });
    return undefined;
  }
  try {
    return parseManifest(text);
  } catch (error) {
    onFinding({ file: MANIFEST_FILE, rule: 'manifest', consequence: `It is no manifest: ${reasonOf(error)}` });
    return undefined;
  }
}

/** What the manifest says about the log has to be what the log says about itself. */
export function auditAbout(manifest: Manifest, log: PackedLog, onFinding: OnFinding): void {
  for (const field of ['organisation', 'origin', 'size', 'root', 'first'] as const)
    if (manifest[field] !== log[field])
      onFinding({
        file: MANIFEST_FILE,
        rule: 'manifest',
        consequence: `It says ${field} ${manifest[field]}, the log beside it ${log[field]}: it is about another log.`,
      });
}

/** Each file of the manifest is there with its hash, and no other file is there. */
export async function auditFiles(
  root: string,
  manifest: Manifest,
  onFinding: OnFinding,
  onProgress: (done: number, size: number) => void,
): Promise<void> {
  const found = await filesBelow(root);
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  for (const [done, path] of found.entries()) {
    if (done % 100 === 0) onProgress(done, found.length);
    if (OUTSIDE_MANIFEST.includes(path)) continue;
    const file = listed.get(path);
    listed.delete(path);
    if (!file) flaw(path, 'It is not in the manifest: somebody has added it.', onFinding);
    else if (!isSame(file, await hashFile(root, path))) flaw(path, 'It is not the file of the manifest.', onFinding);
  }
  for (const path of listed.keys()) flaw(path, 'It is in the manifest and not here.', onFinding);
  await auditChecksums(root, manifest, onFinding);
}

async function auditChecksums(root: string, { files }: Manifest, onFinding: OnFinding): Promise<void> {
  const expected = formatChecksums([...files, await hashFile(root, MANIFEST_FILE)]);
  const text = await textOf(root, CHECKSUMS_FILE);
  if (text !== expected) flaw(CHECKSUMS_FILE, 'It does not have the checksums of the manifest.', onFinding);
}

/** Returns what a server has said about the export. */
export async function auditSignature(
  root: string,
  manifest: Manifest,
  policy: TrustPolicy,
  onFinding: OnFinding,
): Promise<ProvenExport | undefined> {
  try {
    const text = (await textOf(root, MANIFEST_ENVELOPE)) ?? '';
    const envelope = parseEnvelope(Buffer.from(text.replace(/\n$/, '')));
    const signed = { envelope, proof: (await textOf(root, MANIFEST_PROOF)) ?? '' };
    return verifySignedManifest(manifest, signed, policy);
  } catch (error) {
    onFinding({
      file: MANIFEST_ENVELOPE,
      rule: 'manifest-signature',
      consequence: `Nobody who may has signed for this manifest: ${reasonOf(error)}`,
    });
    return undefined;
  }
}

function flaw(file: string, consequence: string, onFinding: OnFinding): void {
  onFinding({ file, rule: 'manifest-file', consequence });
}

function isSame(left: PackedFile, right: PackedFile): boolean {
  return left.sha256 === right.sha256 && left.bytes === right.bytes;
}

async function textOf(root: string, path: string): Promise<string | undefined> {
  return (await readPlainFile(join(root, path)))?.toString('utf8');
}

/** What a pack may bring about. Everything else is a fault of ours, or of the machine, and no finding. */
function reasonOf(error: unknown): string {
  if (error instanceof DuovirError) return error.message;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  throw error;
}
