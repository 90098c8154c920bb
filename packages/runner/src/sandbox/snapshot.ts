import { SandboxError } from './error.ts';
import type { RunInside } from './files.ts';
import type { Inspection } from './inspect.ts';
import { SHARED_MEMORY, WRITABLE_ROOTS } from './mounts.ts';

export interface SnapshotFile {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'socket' | 'pipe' | 'other';
  /** Permission bits in octal, four digits. */
  readonly mode: string;
  /** Bytes of a regular file; 0 for all else. */
  readonly size: number;
  /** Of a regular file's content; null for all else, and for a file that its owner may not read. */
  readonly sha256: string | null;
  /** Of a link. */
  readonly target?: string;
}

/** The state of a sandbox in a form that two snapshots can be compared in: sorted, and free of times and process ids. */
export interface Snapshot {
  readonly processes: readonly (readonly string[])[];
  readonly listeners: readonly string[];
  readonly files: readonly SnapshotFile[];
}

const TIMEOUT_MS = 60_000;
const LISTING_BYTES = 64 * 1024 * 1024;
const KINDS: Readonly<Record<string, SnapshotFile['kind']>> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  s: 'socket',
  p: 'pipe',
};

// Fields are ended by NUL, for a name may hold anything else.
const FIELDS = 5;
const DIGEST = 64;
const END = '=';
// Exit 1 of find: a directory that its owner closed; it is listed itself.
const LIST = `find "$@" -xdev -printf "%y\\0%m\\0%s\\0%p\\0%l\\0" || [ $? = 1 ] || exit 2
printf "${END}\\0"
find "$@" -xdev -type f -readable -exec sha256sum -bz {} + || [ $? = 1 ]`;

/** Takes the file tree from the inside, and everything else from the host. */
export async function takeSnapshot(run: RunInside, inspect: () => Inspection): Promise<Snapshot> {
  const { processes, listeners } = inspect();
  const result = await run({
    argv: ['/bin/sh', '-c', LIST, 'sh', ...WRITABLE_ROOTS, SHARED_MEMORY],
    cwd: '/',
    timeoutMs: TIMEOUT_MS,
    outputCapBytes: LISTING_BYTES,
  });
  if (result.cause !== 'exit' || result.exit !== 0) {
    throw new SandboxError(
      'infrastructure',
      `the file tree cannot be listed: ${result.stderr.text.trim().slice(0, 500)}`,
    );
  }
  return {
    processes: processes.map(({ argv }) => argv).toSorted((a, b) => compare(a.join('\0'), b.join('\0'))),
    listeners: listeners.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`).toSorted(compare),
    files: parseListing(result.content.toString('utf8')),
  };
}

export function parseListing(listing: string): SnapshotFile[] {
  const fields = listing.split('\0');
  const end = fields.findIndex((field, index) => index % FIELDS === 0 && field === END);
  if (end < FIELDS) throw new SandboxError('infrastructure', 'the listing of the file tree is not complete');
  const digests = new Map(fields.slice(end + 1).map((line) => [line.slice(DIGEST + 2), line.slice(0, DIGEST)]));
  const files: SnapshotFile[] = [];
  for (let index = 0; index < end; index += FIELDS) {
    const [type = '', mode = '', size, path = '', target] = fields.slice(index, index + FIELDS);
    const kind = KINDS[type] ?? 'other';
    const regular = kind === 'file';
    files.push({
      path,
      kind,
      mode: mode.padStart(4, '0'),
      size: regular ? Number(size) : 0,
      sha256: regular ? (digests.get(path) ?? null) : null,
      ...(kind === 'link' && target !== undefined ? { target } : {}),
    });
  }
  return files.toSorted((a, b) => compare(a.path, b.path));
}

/** By code unit, so that the order does not depend on the machine's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
