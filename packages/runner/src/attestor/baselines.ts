import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runIdSchema } from '@duovir/protocol';
import { readSmallFile, writeDurably } from '../execution/durable-file.ts';
import type { Snapshot } from '../sandbox/snapshot.ts';
import { RunSweep } from './run-sweep.ts';

/** Written by this principal alone. */
interface Kept {
  readonly generation: number;
  readonly snapshot: Snapshot;
}

/**
 * How each run's environment was before its work, in full, so that a difference can be named even after a restart. The first
 * one of a sandbox stays: whoever could have another taken after the work would have nothing to undo.
 */
export class Baselines {
  readonly #folder: string;
  readonly #sweep = new RunSweep();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Baselines> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Baselines(folder);
  }

  async of(run: string, generation: number): Promise<Snapshot | undefined> {
    const kept = await this.#read(run);
    return kept?.generation === generation ? kept.snapshot : undefined;
  }

  async keep(run: string, generation: number, snapshot: Snapshot): Promise<void> {
    const kept: Kept = { generation, snapshot };
    await writeDurably(join(this.#folder, run), JSON.stringify(kept));
    const runs = (await readdir(this.#folder)).filter((name) => runIdSchema.safeParse(name).success);
    for (const gone of this.#sweep.gone(runs, run)) await rm(join(this.#folder, gone), { force: true });
  }

  async #read(run: string): Promise<Kept | undefined> {
    const text = await readSmallFile(join(this.#folder, run));
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }
}
