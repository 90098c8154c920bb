import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { nameSchema, planDigest, planSchema, type Digest } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { syncFolder, writeDurably } from '../execution/durable-file.ts';

const knownPlanSchema = z.strictObject({
  plan: planSchema,
  /** The envelope it was healed within; null for a plan of a planner. */
  envelope: nameSchema.nullable(),
});
export type KnownPlan = z.infer<typeof knownPlanSchema>;

const SUFFIX = '.json';

/** Plans whose grounds have held here, by run: what a heal must be a heal of, and what may still be undone. They outlive every crash. */
export class KnownPlans {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<KnownPlans> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new KnownPlans(folder);
  }

  has(run: string, digest: Digest): boolean {
    return existsSync(this.#path(run, digest));
  }

  find(run: string, digest: Digest): KnownPlan | undefined {
    if (!this.has(run, digest)) return undefined;
    const known = read(this.#path(run, digest));
    if (planDigest(known.plan) !== digest || known.plan.run !== run)
      throw new RunnerError('state-unsafe', `${this.#path(run, digest)} does not hold the plan it is named after.`);
    return known;
  }

  /** Envelopes within which other plans of the run were healed, one for each heal. */
  healsBeside(run: string, digest: Digest): string[] {
    const folder = join(this.#folder, run);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(SUFFIX) && name !== fileOf(digest))
      .flatMap((name) => read(join(folder, name)).envelope ?? []);
  }

  runs(): string[] {
    return readdirSync(this.#folder);
  }

  /** Returns once it is on disk. */
  async keep(digest: Digest, known: KnownPlan): Promise<void> {
    const { run } = known.plan;
    if (this.has(run, digest)) return;
    await mkdir(join(this.#folder, run), { recursive: true, mode: 0o700 });
    await writeDurably(this.#path(run, digest), JSON.stringify(known));
    await syncFolder(this.#folder);
  }

  async forget(run: string): Promise<void> {
    await rm(join(this.#folder, run), { recursive: true, force: true });
  }

  #path(run: string, digest: Digest): string {
    return join(this.#folder, run, fileOf(digest));
  }
}

function fileOf(digest: Digest): string {
  return `${digest.slice('sha256:'.length)}${SUFFIX}`;
}

function read(path: string): KnownPlan {
  try {
    return knownPlanSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new RunnerError('state-unsafe', `${path} does not hold a plan that can be read.`, { cause });
  }
}
