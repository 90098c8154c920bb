import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';

/** Creates a file that must not exist yet, and returns once its bytes are on disk. */
export function writeNewFile(path: string, content: string, mode: number): void {
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, mode);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A new name is only durable when its folder is. */
export function syncFolder(path: string): void {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
