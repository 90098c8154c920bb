import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBundle } from './bundle.ts';
import { LedgerError } from './error.ts';
import { MAX_ENTRY_BYTES } from './merkle.ts';
import { tilePath, TILE_WIDTH, tileWidth } from './tile.ts';
import { openPlainFile } from './plain-file.ts';

/** One bundle as it is in the folder, or why it cannot be read. Its entries hold until the next one is read. */
export type ReadBundle =
  | { readonly kind: 'read'; readonly index: number; readonly entries: readonly Buffer[] }
  | { readonly kind: 'unreadable'; readonly index: number; readonly reason: string };

/** A full bundle of the longest entries, each behind two bytes of length. */
const LONGEST = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** Reads one bundle after the other into the same memory: a log has thousands. */
export class BundleReader {
  readonly #folder: string;
  readonly #size: number;
  #memory = Buffer.allocUnsafeSlow(1_048_576);

  constructor(folder: string, size: number) {
    this.#folder = folder;
    this.#size = size;
  }

  read(index: number): ReadBundle {
    const width = tileWidth('entries', index, this.#size);
    const name = tilePath({ level: 'entries', index, width });
    try {
      const exact = this.#file(name);
      // A log may delete a partial bundle once the full one is there.
      const bytes =
        exact ??
        (width < TILE_WIDTH ? this.#file(tilePath({ level: 'entries', index, width: TILE_WIDTH })) : undefined);
      if (!bytes) throw new LedgerError('bundle-malformed', `${name} is missing.`);
      const entries = decodeBundle(bytes);
      if (entries.length !== (exact ? width : TILE_WIDTH))
        throw new LedgerError('bundle-malformed', `${name} has ${entries.length} entries.`);
      return { kind: 'read', index, entries: entries.slice(0, width) };
    } catch (error) {
      if (error instanceof LedgerError) return { kind: 'unreadable', index, reason: error.message };
      throw error;
    }
  }

  /** Undefined if there is no such file. */
  #file(path: string): Buffer | undefined {
    const file = openPlainFile(join(this.#folder, path));
    if (file === undefined) return undefined;
    try {
      const { size } = fstatSync(file);
      if (size > LONGEST) throw new LedgerError('bundle-malformed', `${path} has ${size} bytes.`);
      if (size > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(size);
      let length = 0;
      for (let got = -1; got !== 0 && length < size; length += got)
        got = readSync(file, this.#memory, length, size - length, length);
      return this.#memory.subarray(0, length);
    } finally {
      closeSync(file);
    }
  }
}
