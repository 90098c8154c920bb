import { join } from 'node:path';
import { decodeBundle } from './bundle.ts';
import { LedgerError } from './error.ts';
import { HASH_BYTES } from './merkle.ts';
import { readPlainFile } from './plain-file.ts';
import { TILE_WIDTH, tilePath, type TileName } from './tile.ts';

/** A log as static files (C2SP tlog-tiles). Whoever made the folder may have made anything of it. */
export class LogDirectory {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Undefined if there is no such file. */
  async file(path: string): Promise<Buffer | undefined> {
    return readPlainFile(join(this.root, path));
  }

  /** Exactly as many hashes as the name says. */
  async tile(name: TileName): Promise<Buffer> {
    const [bytes, isFull] = await this.#widest(name);
    if (bytes.length !== (isFull ? TILE_WIDTH : name.width) * HASH_BYTES)
      throw new LedgerError('tile-malformed', `${tilePath(name)} has ${bytes.length} bytes.`);
    return bytes.subarray(0, name.width * HASH_BYTES);
  }

  /** Exactly as many entries as the name says. */
  async bundle(index: number, width: number): Promise<Buffer[]> {
    const name: TileName = { level: 'entries', index, width };
    const [bytes, isFull] = await this.#widest(name);
    const entries = decodeBundle(bytes);
    if (entries.length !== (isFull ? TILE_WIDTH : width))
      throw new LedgerError('bundle-malformed', `${tilePath(name)} has ${entries.length} entries.`);
    return entries.slice(0, width);
  }

  /** A log may delete a partial tile once the full one is there. */
  async #widest(name: TileName): Promise<readonly [Buffer, boolean]> {
    const exact = await this.file(tilePath(name));
    if (exact) return [exact, name.width === TILE_WIDTH];
    const full = name.width === TILE_WIDTH ? undefined : await this.file(tilePath({ ...name, width: TILE_WIDTH }));
    if (full) return [full, true];
    const code = name.level === 'entries' ? 'bundle-malformed' : 'tile-malformed';
    throw new LedgerError(code, `${tilePath(name)} is missing.`);
  }
}
