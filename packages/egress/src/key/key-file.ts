import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { EgressError } from '../error.ts';

const LARGEST_KEY = 65_536;

/** Reads a key that only its owner can read. What others could read may have been copied. */
export async function readKeyFile(path: string): Promise<string> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new EgressError('key-unavailable', `The key file ${path} cannot be opened: ${codeOf(error)}.`);
  }
  try {
    // Of the open file, not of the path, which could be swapped in between.
    const status = await file.stat();
    if (!status.isFile() || status.size > LARGEST_KEY)
      throw new EgressError('key-unusable', `${path} is no file of at most ${LARGEST_KEY} bytes.`);
    if ((status.mode & 0o077) !== 0 || status.uid !== process.getuid?.())
      throw new EgressError('key-exposed', `${path} belongs to somebody else, or others can read it.`);
    return (await file.readFile('utf8')).trim();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
