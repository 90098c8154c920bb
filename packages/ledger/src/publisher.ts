import type { KeptAnchor } from './anchor-folder.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { LedgerError } from './error.ts';
import { formatKeysFile, KEYS_FILE, type PublishedKeys } from './keys-file.ts';
import { Publication } from './publication.ts';
import { publishGrowth, type PublishedLog } from './publish.ts';
import { goesOnWith, isAmongLost, openRestore } from './restore.ts';
import { thinned } from './thinning.ts';

/** A log that grows while it is published. */
export interface GrowingLog extends Pick<PublishedLog, 'tile' | 'entries'> {
  /** Newest cosigned checkpoint. */
  readonly cosigned: SignedCheckpoint | undefined;
  /** Root of the first entries. */
  rootOf(size: number): Promise<Buffer>;
  /** Calls back when there is a newer cosigned checkpoint, until the answer is called. */
  onCosigned(listener: () => void): () => void;
}

export interface PublisherOptions {
  readonly log: GrowingLog;
  readonly folder: string;
  /** Asked after the checkpoint is chosen, so that everything its entries name is among them. */
  keys(): Promise<PublishedKeys>;
  /** Timestamps that were taken: what they are over is never thinned out. */
  anchors?(): readonly KeptAnchor[];
  /** Told once when publishing begins to fail, and tried again. */
  fault(error: unknown): void;
  readonly intervalMs?: number;
  /** How many older checkpoints may be kept. */
  readonly retained?: number;
}

export interface PublicationStatus {
  /** Entries under the published checkpoint. */
  readonly size: number;
  /** Cosigned entries that are not published yet. */
  readonly behind: number;
  readonly error: string | undefined;
}

const INTERVAL_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** Timestamps are taken daily; looking for them is no part of each publication. */
const ANCHORS_MS = 60_000;
const RETAINED = 1000;

/** What is in the folder, as far as this process knows: looked at once, then only written. */
interface Place {
  readonly publication: Publication;
  readonly size: number;
  readonly note: string | undefined;
  readonly retained: readonly number[];
  readonly anchored: ReadonlySet<number>;
  readonly anchorsLookedAt: number;
}

/**
 * Keeps a folder of static files up with the log, off the way of those who append: some time after a checkpoint is cosigned,
 * everything it covers is in the folder. What fails is tried again; nothing is lost by it, for the log is the source.
 */
export class Publisher {
  readonly #options: Required<PublisherOptions>;
  readonly #unsubscribe: () => void;
  #place: Place | undefined;
  #running: Promise<void> | undefined;
  #due: NodeJS.Timeout | undefined;
  #pauseMs: number;
  #error: string | undefined;
  #isClosed = false;

  private constructor(options: Required<PublisherOptions>) {
    this.#options = options;
    this.#pauseMs = options.intervalMs;
    this.#unsubscribe = options.log.onCosigned(() => this.#soon());
  }

  /** Begins with what the folder lacks. */
  static start(options: PublisherOptions): Publisher {
    const publisher = new Publisher({ intervalMs: INTERVAL_MS, retained: RETAINED, anchors: () => [], ...options });
    publisher.#start();
    return publisher;
  }

  status(): PublicationStatus {
    const size = this.#place?.size ?? 0;
    return { size, behind: Math.max(0, (this.#options.log.cosigned?.size ?? 0) - size), error: this.#error };
  }

  /** Publishes what is cosigned by now, as far as that can be done, and nothing after it. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#isClosed = true;
    clearTimeout(this.#due);
    await this.#running;
    await this.#attempt();
  }

  #soon(): void {
    if (!this.#running) this.#due ??= setTimeout(() => this.#start(), this.#pauseMs);
  }

  #start(): void {
    this.#due = undefined;
    this.#running = this.#attempt().finally(() => {
      this.#running = undefined;
      const { behind, error } = this.status();
      if (!this.#isClosed && (behind > 0 || error !== undefined)) this.#soon();
    });
  }

  async #attempt(): Promise<void> {
    try {
      await this.#publish();
      this.#error = undefined;
      this.#pauseMs = this.#options.intervalMs;
    } catch (error) {
      if (this.#error === undefined) this.#options.fault(error);
      this.#error = inWords(error);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      // Whoever repaired the folder may have changed it.
      this.#place = undefined;
    }
  }

  async #publish(): Promise<void> {
    const { log, keys } = this.#options;
    const checkpoint = log.cosigned;
    if (!checkpoint) return;
    const place = (this.#place ??= await this.#look(checkpoint));
    const { publication, size, note } = place;
    if (note !== undefined && size === checkpoint.size) return;
    await publishGrowth(log, publication, size, checkpoint.size);
    const retained = await this.#retain(place);
    await publication.put(KEYS_FILE, Buffer.from(formatKeysFile(await keys())));
    await publication.finish(checkpoint.note);
    const anchors = await this.#anchor(place, checkpoint.size);
    this.#place = { publication, size: checkpoint.size, note: checkpoint.note, retained, ...anchors };
  }

  /** After the checkpoint that covers them: a timestamp over more than is published would prove that the log was cut off. */
  async #anchor(
    { publication, anchored, anchorsLookedAt }: Place,
    size: number,
  ): Promise<Pick<Place, 'anchored' | 'anchorsLookedAt'>> {
    const now = performance.now();
    if (now - anchorsLookedAt < ANCHORS_MS) return { anchored, anchorsLookedAt };
    const due = this.#options.anchors().filter((anchor) => anchor.size <= size);
    for (const anchor of due) {
      await publication.put(`checkpoints/${anchor.size}`, anchor.checkpoint);
      await publication.put(`anchors/${anchor.size}.tsr`, anchor.response);
    }
    await publication.flush();
    return { anchored: new Set(due.map((anchor) => anchor.size)), anchorsLookedAt: now };
  }

  async #retain({ publication, size, note, retained, anchored }: Place): Promise<readonly number[]> {
    if (note === undefined || size === 0) return retained;
    await publication.retain(size, note);
    const all = [...retained, size];
    const forgotten = new Set(thinned(all, this.#options.retained).filter((old) => !anchored.has(old)));
    for (const old of forgotten) await publication.forget(old);
    return all.filter((old) => !forgotten.has(old));
  }

  async #look(checkpoint: SignedCheckpoint): Promise<Place> {
    const publication = await Publication.open(this.#options.folder);
    const retained = await publication.retained();
    const note = await publication.checkpoint();
    const known = { publication, retained, anchored: new Set<number>(), anchorsLookedAt: Number.NEGATIVE_INFINITY };
    if (note === undefined) return { ...known, size: 0, note };
    const published = parseCheckpoint(note);
    if (published.origin !== parseCheckpoint(checkpoint.note).origin)
      throw new LedgerError('publication-foreign', `The folder holds the log ${published.origin}.`);
    if (await this.#isBehind(published, checkpoint.size)) return { ...known, size: published.size, note };
    await this.#assertLost(published, checkpoint.size);
    // What was published and is lost stays known by its checkpoint; all else is written anew.
    await publication.retain(published.size, note);
    await publication.withdraw();
    return { ...known, size: 0, note: undefined };
  }

  async #isBehind(published: Checkpoint, size: number): Promise<boolean> {
    return published.size <= size && (await this.#options.log.rootOf(published.size)).equals(published.root);
  }

  /** Only what the officer has said is lost may be replaced: anything else that the log is not an extension of is proof of a fork. */
  async #assertLost(published: Checkpoint, size: number): Promise<void> {
    const { restores, officer } = await this.#options.keys();
    for (const envelope of restores) {
      const { decision } = openRestore(envelope, officer);
      if (decision.size > size || !isAmongLost(decision, published.size)) continue;
      if (goesOnWith(decision, await this.#options.log.rootOf(decision.size))) return;
    }
    throw new LedgerError(
      'publication-foreign',
      `The folder holds ${published.size} entries that this log does not continue.`,
    );
  }
}

/** For everybody who asks how the server is: no path, and no words of others. */
function inWords(error: unknown): string {
  if (error instanceof LedgerError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  return `The log could not be published: ${code}.`;
}
