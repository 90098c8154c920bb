import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Everybody of the installation reads trust policies; what keeps others out is the state directory around them. */
const READABLE = { file: 0o644, folder: 0o755 };

/** Puts a file in place of another, or of none: whoever reads sees the old bytes or the new ones, also after a crash. */
export function replaceFile(path: string, content: string): void {
  const folder = dirname(path);
  if (mkdirSync(folder, { recursive: true, mode: READABLE.folder }) !== undefined) syncFolder(dirname(folder));
  const beside = `${path}.new`;
  const { O_CREAT, O_TRUNC, O_WRONLY, O_NOFOLLOW } = constants;
  const file = openSync(beside, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, READABLE.file);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncFolder(folder);
}

function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
