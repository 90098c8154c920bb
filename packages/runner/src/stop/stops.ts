import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Envelope, StopOrder, TrustPolicy } from '@duovir/protocol';
import { readSmallFile, writeDurably } from '../execution/durable-file.ts';
import { RunnerError } from '../error.ts';
import { digestOfStop, heldStopSchema, openLift, openStop, type HeldStop } from './held-stop.ts';

const FILE = /^[0-9a-f]{64}\.json$/;

/**
 * Stops of people, one file each. While one of them is not lifted nothing is executed, whatever the server says and however
 * often this process is killed. Each takes its own lift, so that an old one sent again does not end a new one.
 */
export class Stops {
  readonly #folder: string;
  readonly #known: Map<Digest, HeldStop>;
  /** One writer at a time. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, known: Map<Digest, HeldStop>) {
    this.#folder = folder;
    this.#known = known;
  }

  /** Throws when a stop cannot be read: it might be in force. */
  static async open(folder: string): Promise<Stops> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const known = new Map<Digest, HeldStop>();
    for (const name of await readdir(folder))
      if (FILE.test(name)) {
        const held = await readStop(join(folder, name));
        known.set(digestOfStop(held), held);
      }
    return new Stops(folder, known);
  }

  /** In force, oldest first. */
  held(): StopOrder[] {
    return this.#inForce().map(({ order }) => order);
  }

  assertNone(): void {
    const [stop] = this.#inForce();
    if (stop) throw new RunnerError('stopped', `${stop.person} has stopped everything: ${stop.order.reason}`);
  }

  /** In force when this returns, and durable once what it returns has been awaited. The same stop again changes nothing. */
  hold(order: StopOrder, policy: TrustPolicy): () => Promise<void> {
    const stop = openStop(order, policy);
    const digest = digestOfStop(stop);
    const known = this.#known.get(digest) ?? stop;
    if (known.lift !== null) throw new RunnerError('stop-lifted', `This stop of ${known.person} has been lifted.`);
    this.#known.set(digest, known);
    return () => this.#write(digest, known);
  }

  /** Only another person than who has stopped, by a statement about this very stop; the server's word counts for nothing. */
  async lift(envelope: Envelope, policy: TrustPolicy): Promise<void> {
    const { stop: digest, person } = openLift(envelope, policy);
    const stop = this.#known.get(digest);
    if (!stop) throw new RunnerError('lift-forged', 'No stop of that digest has ever been held here.');
    if (stop.person === person) throw new RunnerError('separation', `${person} has stopped everything himself.`);
    if (stop.lift !== null) return;
    // On disk first: after a crash in between it is still in force, and can be lifted again.
    await this.#write(digest, { ...stop, lift: envelope });
    this.#known.set(digest, { ...stop, lift: envelope });
  }

  #inForce(): HeldStop[] {
    return [...this.#known.values()].filter(({ lift }) => lift === null);
  }

  #write(digest: Digest, stop: HeldStop): Promise<void> {
    const path = join(this.#folder, `${digest.slice('sha256:'.length)}.json`);
    const written = this.#writing.then(() => writeDurably(path, JSON.stringify(stop)));
    // Whoever comes next does not fail because of this one.
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

async function readStop(path: string): Promise<HeldStop> {
  try {
    return heldStopSchema.parse(JSON.parse((await readSmallFile(path)) ?? ''));
  } catch (cause) {
    throw new RunnerError('state-unsafe', `${path} does not hold a stop that can be read.`, {
      cause,
      remedy: 'Restore the file from its backup; nothing is executed before.',
    });
  }
}
