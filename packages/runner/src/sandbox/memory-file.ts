import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Node does not name it. Same value on x64 and arm64. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
const DIRECTORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * Opens a file that has no name: values handed to a child this way appear in no argument list and no directory, and
 * nothing of them is left when both processes are killed between any two instructions. The caller closes it.
 */
export function openMemoryFile(content: string | Uint8Array = ''): number {
  const descriptor = openSync(DIRECTORY, O_TMPFILE | constants.O_RDWR, 0o600);
  try {
    fillMemoryFile(descriptor, content);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Writes at the start without moving the offset, which is shared with the child that reads. */
export function fillMemoryFile(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, written);
  }
}

/** A second, independent offset over the same file. */
export function reopenMemoryFile(descriptor: number): number {
  return openSync(`/proc/self/fd/${descriptor}`, 'r');
}

/** The form of `bwrap --args`: every word ended by NUL. */
export function nulTerminated(words: readonly string[]): string {
  return words.map((word) => `${word}\0`).join('');
}
