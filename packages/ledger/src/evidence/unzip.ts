import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';
import { LedgerError } from '../error.ts';
import { packPathSchema } from './manifest.ts';

export interface UnzipLimits {
  readonly files: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
}

/** A log of a hundred million entries is smaller than this. Whoever sends a pack decides what is in it. */
export const UNZIP_LIMITS: UnzipLimits = { files: 1_000_000, bytes: 64 * 2 ** 30 };

const refused = (reason: string, cause?: unknown): LedgerError =>
  new LedgerError('evidence-malformed', `The ZIP file is refused: ${reason}.`, cause);

/**
 * Unpacks into an empty folder, and nowhere else: plain files under plain relative names, each once, no more of them and no
 * more bytes than the limits, however small the file was.
 */
export async function unzip(file: string, folder: string, limits: UnzipLimits = UNZIP_LIMITS): Promise<void> {
  const zip = await opened(file);
  const seen = new Set<string>();
  let left = limits.bytes;
  try {
    for await (const entry of zip.eachEntry()) {
      const path = pathOf(entry);
      // A file system that does not tell cases apart would let one file hide another.
      const name = path.toLowerCase();
      if (seen.has(name)) throw refused(`${path} is in it twice`);
      seen.add(name);
      if (seen.size > limits.files) throw refused(`it has more than ${limits.files} files`);
      if (entry.uncompressedSize > left) throw refused(`it unpacks to more than ${limits.bytes} bytes`);
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      const target = createWriteStream(join(folder, path), { flags: 'wx', mode: 0o600 });
      const count = new Counting(left);
      await pipeline(await zip.openReadStreamPromise(entry), count, target);
      left -= count.bytes;
    }
  } catch (error) {
    throw error instanceof LedgerError ? error : refused('it is damaged', error);
  } finally {
    zip.close();
  }
}

async function opened(file: string): ReturnType<typeof openPromise> {
  try {
    return await openPromise(file, { strictFileNames: true, validateEntrySizes: true, autoClose: false });
  } catch (cause) {
    throw refused('it is none, or damaged', cause);
  }
}

/** The name has to be plain, and the entry a plain file: no folder, no link, nothing encrypted. */
function pathOf(entry: Entry): string {
  const parsed = packPathSchema.safeParse(entry.fileName);
  if (!parsed.success) throw refused(`${JSON.stringify(entry.fileName)} is no plain relative name`);
  const type = (entry.externalFileAttributes >>> 28) & 0xf;
  if (type !== 0 && type !== 0x8) throw refused(`${parsed.data} is no plain file`);
  if (entry.isEncrypted() || !entry.canDecodeFileData()) throw refused(`${parsed.data} cannot be unpacked`);
  return parsed.data;
}

/** The size that a ZIP file states is a claim; this counts. */
class Counting extends Transform {
  bytes = 0;
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override _transform(
    piece: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null, piece?: Buffer) => void,
  ): void {
    this.bytes += piece.length;
    if (this.bytes > this.#most) done(refused('it unpacks to more bytes than it may'));
    else done(null, piece);
  }
}
