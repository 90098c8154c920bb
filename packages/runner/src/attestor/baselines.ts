import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type Digest } from '@duovir/protocol';
import { readSmallFile, writeDurably } from '../execution/durable-file.ts';
import type { Snapshot } from '../sandbox/snapshot.ts';

/** How each run's environment was before its work, in full, so that a difference can be named even after a restart. */
export class Baselines {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Baselines> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Baselines(folder);
  }

  async keep(run: string, snapshot: Snapshot): Promise<void> {
    await writeDurably(join(this.#folder, run), JSON.stringify(snapshot));
  }

  /** Undefined when it is not the one kept here: only the digest can be compared then. */
  async find(run: string, digest: Digest): Promise<Snapshot | undefined> {
    const text = await readSmallFile(join(this.#folder, run));
    if (text === undefined) return undefined;
    // The file was written by this principal; the digest decides whether it is still that content.
    const snapshot = JSON.parse(text) as Snapshot;
    return digestOf(snapshot) === digest ? snapshot : undefined;
  }

  async forget(run: string): Promise<void> {
    await rm(join(this.#folder, run), { force: true });
  }
}
