import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { readSmallFile, syncFolder } from '../execution/durable-file.ts';
import { RunnerError } from '../error.ts';

/** Permits that were used, one file each: exclusive creation decides every race, the file outlives every crash. */
export class UsedPermits {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<UsedPermits> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new UsedPermits(folder);
  }

  has(permit: string): boolean {
    return existsSync(join(this.#folder, permit));
  }

  /** The run it was used for; empty when a crash came between the use and the name. Undefined: never used. */
  async runOf(permit: string): Promise<string | undefined> {
    return readSmallFile(join(this.#folder, permit));
  }

  /** Returns once the use is on disk, and only then may the effect begin. A second caller is refused. */
  async claim(permit: string, run: string): Promise<void> {
    const file = await open(join(this.#folder, permit), 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw new RunnerError('permit-used', `Permit ${permit} has been used.`, { cause });
      throw cause;
    });
    try {
      await file.writeFile(run);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(this.#folder);
  }
}
