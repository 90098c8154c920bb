import { canonicalJson, evidenceScopeSchema, parseCanonicalJson, timeSchema } from '@duovir/protocol';
import * as z from 'zod';

export const MANIFEST_FILE = 'MANIFEST.json';
export const MANIFEST_ENVELOPE = 'MANIFEST.dsse.json';
export const MANIFEST_PROOF = 'MANIFEST.tlog-proof';
export const CHECKSUMS_FILE = 'SHA256SUMS';

/** What is in a pack without being in its manifest: the manifest itself, and what is made from or about it. */
export const OUTSIDE_MANIFEST: readonly string[] = [MANIFEST_FILE, MANIFEST_ENVELOPE, MANIFEST_PROOF, CHECKSUMS_FILE];

const size = z.int().min(0);

/** Relative, with plain names only: whoever unpacks a pack writes nowhere else. */
export const packPathSchema = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/)
  .refine((path) => !path.includes('..'), 'a path without ..');

export const packedFileSchema = z.strictObject({
  path: packPathSchema,
  /** 64 hex digits, as `sha256sum` writes them. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: size,
});
export type PackedFile = z.infer<typeof packedFileSchema>;

/** What an evidence pack is about, and every file of it. */
export const manifestSchema = z
  .strictObject({
    format: z.literal('duovir-evidence/v1'),
    organisation: z.string().min(1).max(128),
    /** Of the log. */
    origin: z.string().min(1).max(256),
    /** The period: `from` belongs to it, `to` does not. Null where it is open. */
    from: timeSchema.nullable(),
    to: timeSchema.nullable(),
    scope: evidenceScopeSchema,
    /** Entries under the checkpoint of the pack, its root in base64, and the first entry whose bytes are here. */
    size,
    root: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
    first: size,
    createdAt: timeSchema,
    files: z.array(packedFileSchema).max(1_000_000),
  })
  .refine(({ files }) => isSorted(files.map(({ path }) => path)), 'files sorted by path, each once');
export type Manifest = z.infer<typeof manifestSchema>;

function isSorted(paths: readonly string[]): boolean {
  return paths.every((path, at) => at === 0 || (paths[at - 1] ?? '') < path);
}

export function formatManifest(manifest: Manifest): string {
  return `${canonicalJson(manifest)}\n`;
}

/** Throws for whatever is not canonical and complete. */
export function parseManifest(text: string): Manifest {
  return manifestSchema.parse(parseCanonicalJson(text.replace(/\n$/, '')));
}

/** As `sha256sum -c` reads it. */
export function formatChecksums(files: readonly PackedFile[]): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
}
