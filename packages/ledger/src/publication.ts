import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isOneOf } from './system-error.ts';

const DRAFTS = '.drafts';
const CHECKPOINT = 'checkpoint';
const CHECKPOINTS = 'checkpoints';

/**
 * The files of a published log. Everybody may read them at any time: each file is replaced whole, and the checkpoint, by which
 * readers find the others, is replaced last, when all that it needs is durable.
 */
export class Publication {
  readonly #root: string;
  /** Folders whose names are not durable yet. */
  readonly #touched = new Set<string>();
  #superseded: string[] = [];

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folder if there is none, and clears away what a crash has left half written. */
  static async open(root: string): Promise<Publication> {
    await mkdir(root, { recursive: true, mode: 0o755 });
    await rm(join(root, DRAFTS), { recursive: true, force: true });
    return new Publication(root);
  }

  /** Undefined if there is no such file. */
  async read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#root, path));
    } catch (error) {
      if (isOneOf(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** The checkpoint that readers see. */
  async checkpoint(): Promise<string | undefined> {
    return (await this.read(CHECKPOINT))?.toString('utf8');
  }

  /** Sizes of the older checkpoints that were kept, smallest first. */
  async retained(): Promise<number[]> {
    return (await this.#names(CHECKPOINTS)).map(Number).toSorted((left, right) => left - right);
  }

  /** Writes what is not there yet, or is not as it should be. */
  async put(path: string, bytes: Uint8Array): Promise<void> {
    if ((await this.read(path))?.equals(bytes)) return;
    await this.#replace(path, bytes);
    // Each folder on the way may be new as well.
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      this.#touched.add(folder);
      if (folder === '.') return;
    }
  }

  async retain(size: number, note: string): Promise<void> {
    const path = join(CHECKPOINTS, String(size));
    if (!(await this.read(path))) await this.put(path, Buffer.from(note));
  }

  async forget(size: number): Promise<void> {
    await this.#remove(join(CHECKPOINTS, String(size)));
  }

  /** Goes once what was put in its stead is durable. */
  supersede(path: string): void {
    this.#superseded.push(path);
  }

  /** From here on readers see this checkpoint. */
  async finish(checkpoint: string): Promise<void> {
    await this.flush();
    for (const path of this.#superseded) await this.#remove(path);
    this.#superseded = [];
    await this.#replace(CHECKPOINT, Buffer.from(checkpoint));
    await this.#sync('.');
  }

  /** Everything that was put is durable when it returns. */
  async flush(): Promise<void> {
    for (const folder of this.#touched) await this.#sync(folder);
    this.#touched.clear();
  }

  /** Until the next `finish`, readers see no log at all: what they would see is about to be replaced by another one. */
  async withdraw(): Promise<void> {
    await this.#remove(CHECKPOINT);
    await this.#sync('.');
  }

  async #replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.#root, path);
    const draft = join(this.#root, DRAFTS, path.replaceAll('/', '-'));
    await mkdir(dirname(draft), { recursive: true });
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    const file = await open(draft, 'w', 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  }

  async #remove(path: string): Promise<void> {
    await rm(join(this.#root, path), { recursive: true, force: true });
  }

  async #sync(path: string): Promise<void> {
    const folder = await open(join(this.#root, path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #names(path: string): Promise<string[]> {
    try {
      return (await readdir(join(this.#root, path))).filter((name) => /^\d+$/.test(name));
    } catch (error) {
      if (isOneOf(error, 'ENOENT')) return [];
      throw error;
    }
  }
}
