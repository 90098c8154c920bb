import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from './error.ts';
import { syncFolder } from './init/durable-file.ts';

/** Reads what only its owner may read. What others can read may have been copied, and is refused. */
export function readPrivateFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if ((fstatSync(file).mode & 0o077) !== 0)
      throw new CliError(
        'state-unsafe',
        `Others can read ${path}.`,
        `Run \`chmod 600 ${path}\`, and issue a new token.`,
      );
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Puts a file in its place whole: a crash leaves the old one or the new one. Nobody else can ever read it. */
export function replacePrivateFile(path: string, content: string): void {
  const unfinished = `${path}.unfinished`;
  const file = openSync(
    unfinished,
    constants.O_CREAT | constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
  syncFolder(dirname(path));
}
