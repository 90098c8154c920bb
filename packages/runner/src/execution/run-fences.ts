import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readSmallFile, writeDurably } from './durable-file.ts';

const fenceSchema = z.discriminatedUnion('kind', [
  /** The generation of the sandbox that was opened last; 0 before the first. */
  z.strictObject({ kind: z.literal('open'), generation: z.int().min(0) }),
  /** Its settlement is in the ledger: nothing is executed for it any more. */
  z.strictObject({ kind: z.literal('settled') }),
]);
export type RunFence = z.infer<typeof fenceSchema>;

/** How far each run has come, on disk: a permit of an earlier sandbox stays stale after any crash (Invariant 11). */
export class RunFences {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<RunFences> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new RunFences(folder);
  }

  async of(run: string): Promise<RunFence> {
    const text = await readSmallFile(join(this.#folder, run));
    return text === undefined ? { kind: 'open', generation: 0 } : fenceSchema.parse(JSON.parse(text));
  }

  /** Returns once it is on disk; only then may the sandbox of that generation be opened. */
  async set(run: string, fence: RunFence): Promise<void> {
    await writeDurably(join(this.#folder, run), JSON.stringify(fence));
  }
}
