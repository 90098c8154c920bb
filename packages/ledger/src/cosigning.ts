import { Cosigner, type SignedCheckpoint } from './cosigner.ts';
import { LedgerError } from './error.ts';
import type { Prover } from './prover.ts';
import type { WitnessPort } from './witness-client.ts';

/** Nobody who waits for a proof waits for this; it only bounds how far the witnesses are behind when nobody asks. */
const BEHIND_AT_MOST_MS = 250;
/** So long the newest cosigned checkpoint may be in memory only. */
const KEPT_WITHIN_MS = 100;

interface Waiter {
  readonly size: number;
  resolve(checkpoint: SignedCheckpoint): void;
  reject(error: unknown): void;
}

/**
 * Has checkpoints cosigned while the log grows: one request at a time, always for the newest checkpoint, so that any
 * number of callers share it.
 */
export class Cosigning {
  readonly #cosigners: readonly Cosigner[];
  readonly #quorum: number;
  readonly #store: (checkpoint: SignedCheckpoint) => Promise<void>;
  #latest: { readonly checkpoint: SignedCheckpoint; readonly prover: Prover } | undefined;
  #cosigned: SignedCheckpoint | undefined;
  #waiters: Waiter[] = [];
  #running: Promise<void> | undefined;
  #storing: Promise<void> | undefined;
  #due: NodeJS.Timeout | undefined;
  #keepDue: NodeJS.Timeout | undefined;

  /** @param store keeps the cosigned note; the witness would give it again, so nobody waits for it, and one of many is enough. */
  constructor(
    witnesses: readonly WitnessPort[],
    quorum: number,
    store: (checkpoint: SignedCheckpoint) => Promise<void>,
  ) {
    this.#cosigners = witnesses.map((witness) => new Cosigner(witness));
    this.#quorum = quorum;
    this.#store = store;
  }

  get cosigned(): SignedCheckpoint | undefined {
    return this.#cosigned;
  }

  /** The log has grown. Cosigned at once for those who wait, else soon: most growth is followed by more. */
  advance(checkpoint: SignedCheckpoint, prover: Prover): void {
    this.#latest = { checkpoint, prover };
    if (this.#waiters.length > 0) this.#start();
    else this.#due ??= setTimeout(() => this.#start(), BEHIND_AT_MOST_MS);
  }

  /** A cosigned checkpoint over at least `size` entries. Rejects when the quorum cannot be had now. */
  covering(size: number): Promise<SignedCheckpoint> {
    if (this.#cosigned && this.#cosigned.size >= size) return Promise.resolve(this.#cosigned);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ size, resolve, reject });
      this.#start();
    });
  }

  /** Resolves once nothing is under way any more. */
  async idle(): Promise<void> {
    this.#cancel();
    await this.#running;
    while (this.#storing ?? this.#keepDue) {
      if (!this.#storing) this.#keep();
      await this.#storing;
    }
  }

  /** One round for `checkpoint`, for start-up: whatever a witness objects to is thrown. */
  async confirm(checkpoint: SignedCheckpoint, prover: Prover): Promise<void> {
    await this.idle();
    this.#latest = { checkpoint, prover };
    this.#cosigned = await this.#round(checkpoint, prover);
    await this.#store(this.#cosigned);
  }

  #cancel(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
  }

  #start(): void {
    this.#cancel();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // Growth or callers that came while the last round ended.
      if (this.#waiters.length > 0 && this.#latest && this.#isOpen(this.#latest.checkpoint)) this.#start();
    });
  }

  #isOpen(checkpoint: SignedCheckpoint): boolean {
    return (this.#cosigned?.size ?? -1) < checkpoint.size;
  }

  async #run(): Promise<void> {
    try {
      while (this.#latest && this.#isOpen(this.#latest.checkpoint)) {
        this.#cosigned = await this.#round(this.#latest.checkpoint, this.#latest.prover);
        this.#settle(this.#cosigned);
        this.#keepSoon();
      }
    } catch (error) {
      // The next growth or caller tries again; whoever waits now is told.
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    }
  }

  async #round(checkpoint: SignedCheckpoint, prover: Prover): Promise<SignedCheckpoint> {
    const answers = await Promise.allSettled(this.#cosigners.map((cosigner) => cosigner.cosign(checkpoint, prover)));
    const lines = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
    const failures: unknown[] = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason);
    // A witness that objects outweighs any number that agree: it has seen what the others have not.
    const objection = failures.find(
      (failure) => failure instanceof LedgerError && failure.consequence === 'ask-person',
    );
    if (objection) throw objection;
    if (lines.length < this.#quorum)
      throw failures[0] ?? new LedgerError('quorum-missing', `${lines.length} of ${this.#quorum} witnesses cosigned.`);
    return { size: checkpoint.size, note: checkpoint.note + lines.join('') };
  }

  /** Those that come within a moment are left out, but for the newest: each would cost what an entry costs. */
  #keepSoon(): void {
    if (!this.#storing) this.#keepDue ??= setTimeout(() => this.#keep(), KEPT_WITHIN_MS);
  }

  #keep(): void {
    clearTimeout(this.#keepDue);
    this.#keepDue = undefined;
    const kept = this.#cosigned;
    if (!kept) return;
    this.#storing ??= this.#store(kept)
      .catch(() => {
        // The database is away. Whoever appends is told so; this checkpoint is cosigned again with the next.
      })
      .finally(() => {
        this.#storing = undefined;
        if (this.#cosigned && this.#cosigned.size > kept.size) this.#keepSoon();
      });
  }

  #settle(cosigned: SignedCheckpoint): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter(({ size }) => size > cosigned.size);
    for (const waiter of waiting) if (waiter.size <= cosigned.size) waiter.resolve(cosigned);
  }
}
