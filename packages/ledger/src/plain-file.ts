import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

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
    if (error instanceof Error && 'code' in error && ABSENT.includes(String(error.code))) return undefined;
    throw error;
  }
}
