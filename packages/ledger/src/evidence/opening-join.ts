import { digestOfBytes, type BlobOpening, type Digest } from '@duovir/protocol';
import { commitmentOf, isOpen, opens } from './blob-opening.ts';
import type { PackedEntry } from './packed-entry.ts';

/** What is wrong with an opening. */
export interface OpeningFlaw {
  readonly rule: 'blob-unknown' | 'blob-mismatch';
  readonly entry: number;
  readonly consequence: string;
}

export interface BlobCounts {
  opened: number;
  withheld: number;
  shredded: number;
  mismatch: number;
}

/** What is listed of an entry. */
export interface Listed {
  readonly openings: readonly BlobOpening[];
  /** What the entry commits to and nothing is said about. */
  readonly unlisted: Digest | undefined;
}

/** Kinds whose subject is the digest of the very document that they commit to. */
const ABOUT_THEIR_DOCUMENT: readonly string[] = ['plan', 'request', 'egress'];

/**
 * Puts openings beside the entries that commit to them: both come in the order of the log. What is shown has to be what was
 * committed to; what is not shown is counted.
 */
export class OpeningJoin {
  readonly counts: BlobCounts = { opened: 0, withheld: 0, shredded: 0, mismatch: 0 };
  readonly #openings: AsyncIterator<BlobOpening>;
  readonly #onFlaw: (flaw: OpeningFlaw) => void;
  readonly #shredded = new Set<Digest>();
  readonly #withheld = new Map<Digest, number>();
  #next: BlobOpening | undefined;
  #isBegun = false;

  constructor(openings: AsyncIterable<BlobOpening>, onFlaw: (flaw: OpeningFlaw) => void) {
    this.#openings = openings[Symbol.asyncIterator]();
    this.#onFlaw = onFlaw;
  }

  async read(entry: PackedEntry): Promise<Listed> {
    if (entry.statement.kind === 'blob-shred') this.#shredded.add(entry.statement.subject);
    const commitment = commitmentOf(entry.statement);
    const found: BlobOpening[] = [];
    for (let opening = await this.#peek(); opening && opening.entry <= entry.index; opening = await this.#advance()) {
      if (opening.entry === entry.index && opening.commitment === commitment) {
        this.#judge(opening, entry);
        found.push(opening);
      } else this.#unknown(opening);
    }
    return { openings: found, unlisted: found.length === 0 ? commitment : undefined };
  }

  /** What nobody has shown, and is listed as missing. */
  withhold(commitment: Digest): void {
    this.#withheld.set(commitment, (this.#withheld.get(commitment) ?? 0) + 1);
  }

  /** Once all entries are read. */
  async end(): Promise<BlobCounts> {
    for (let opening = await this.#peek(); opening; opening = await this.#advance()) this.#unknown(opening);
    for (const [commitment, times] of this.#withheld)
      this.counts[this.#shredded.has(commitment) ? 'shredded' : 'withheld'] += times;
    return this.counts;
  }

  #judge(opening: BlobOpening, { index, statement }: PackedEntry): void {
    if (!isOpen(opening)) {
      this.withhold(opening.commitment);
      return;
    }
    const isItself =
      !ABOUT_THEIR_DOCUMENT.includes(statement.kind) ||
      digestOfBytes(Buffer.from(opening.content, 'base64')) === statement.subject;
    if (opens(opening) && isItself) {
      this.counts.opened += 1;
      return;
    }
    this.counts.mismatch += 1;
    const consequence = 'What is shown is not what the entry commits to: somebody has exchanged it.';
    this.#onFlaw({ rule: 'blob-mismatch', entry: index, consequence });
  }

  #unknown({ entry }: BlobOpening): void {
    const consequence = 'An opening names an entry that is not here, or something that the entry does not commit to.';
    this.#onFlaw({ rule: 'blob-unknown', entry, consequence });
  }

  async #peek(): Promise<BlobOpening | undefined> {
    if (this.#isBegun) return this.#next;
    this.#isBegun = true;
    return this.#advance();
  }

  async #advance(): Promise<BlobOpening | undefined> {
    const { done, value } = await this.#openings.next();
    this.#next = done === true ? undefined : value;
    return this.#next;
  }
}
