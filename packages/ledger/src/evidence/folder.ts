import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { LedgerError } from '../error.ts';
import type { PackedFile } from './manifest.ts';
import { isOneOf } from '../system-error.ts';

/** Empty where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Paths of all files below a folder, relative to it, sorted. Refuses what is no plain file: a link leads elsewhere. */
export async function filesBelow(root: string): Promise<string[]> {
  const [odd] = await oddFiles(root);
  if (odd !== undefined) throw new LedgerError('evidence-malformed', `${odd} is no plain file.`);
  return pathsBelow(root, (one) => !one.isDirectory());
}

/** Links, pipes, devices: what no pack is made of. */
export function oddFiles(root: string): Promise<string[]> {
  return pathsBelow(root, (one) => !one.isDirectory() && !one.isFile());
}

async function pathsBelow(root: string, isMeant: (one: Dirent) => boolean): Promise<string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found
    .filter(isMeant)
    .map((one) => relative(root, join(one.parentPath, one.name)).split(sep).join('/'))
    .toSorted((left, right) => (left < right ? -1 : 1));
}

/** Hash and size of a file as they are on the disk. */
export async function hashFile(root: string, path: string): Promise<PackedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(join(root, path)) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { path, sha256: hash.digest('hex'), bytes };
}

export async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path)).isDirectory();
}
