import { chmodSync, lchownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SET_GROUP = 0o2000;

const isRoot = process.getuid?.() === 0;

/** As root, makes all that lies in the folder the user's own, and the folder itself. */
export function handOver(folder: string, uid: number): void {
  if (!isRoot) return;
  for (const name of readdirSync(folder)) adopt(join(folder, name), uid);
  lchownSync(folder, uid, uid);
}

/** Follows no link, and changes a folder after what is in it: one that has its owner already is finished. */
function adopt(path: string, uid: number): void {
  const status = lstatSync(path);
  if (status.uid === uid) return;
  if (status.isDirectory()) for (const name of readdirSync(path)) adopt(join(path, name), uid);
  lchownSync(path, uid, uid);
}

/** A folder only its owner enters; with `callers`, that group too, which then may call whoever serves a socket there. */
export function privateFolder(path: string, uid: number, callers?: number): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (isRoot) lchownSync(path, uid, callers ?? uid);
  // In this order: a change of owner takes the bit away.
  chmodSync(path, callers === undefined ? 0o700 : SET_GROUP | 0o750);
}

/** What holds no secret, and what principals of other users have to read, whatever the umask of whoever wrote it. */
export function publish(path: string): void {
  const isFolder = lstatSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) publish(join(path, name));
}
