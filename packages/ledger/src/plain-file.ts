import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isOneOf } from './system-error.ts';

/** Not there, or nothing that can be read to an end. */
const ABSENT: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];

/**
 * The whole of a file; undefined if there is none. A folder that somebody else has made may hold a pipe or a device in its place:
 * whoever waited for its end would wait for ever.
 */
export async function readPlainFile(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return (await file.stat()).isFile() ? await file.readFile() : undefined;
  } catch (error) {
    if (isOneOf(error, ...ABSENT)) return undefined;
    throw error;
  }
}

/** As above, of a file that is to be read in pieces: a descriptor that the caller closes. */
export function openPlainFile(path: string): number | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return undefined;
  } catch (error) {
    if (isOneOf(error, ...ABSENT)) return undefined;
    throw error;
  }
}
