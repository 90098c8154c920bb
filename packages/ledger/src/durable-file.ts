import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A rename is durable only once the folder that holds the name is. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Replaces a file so that after a crash either the old or the new content is there, whole. */
export function replaceFile(path: string, content: Uint8Array, mode = 0o600): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}
