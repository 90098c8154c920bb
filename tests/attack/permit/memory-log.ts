import {
  formatCheckpoint,
  formatProof,
  leafHash,
  logNoteSigner,
  nodeHash,
  witnessNoteSigner,
  type NoteSigner,
} from '@duovir/ledger';
import { envelopeBytes, rawPublicKey, type Envelope, type Signer } from '@duovir/protocol';
import { createPublicKey, type KeyObject } from 'node:crypto';

const ORIGIN = 'duovir.test/log';

export type KeyedSigner = Signer & { readonly privateKey: KeyObject };

const noteKey = (name: string, signer: KeyedSigner) => ({
  name,
  publicKey: rawPublicKey(createPublicKey(signer.privateKey)),
  signer,
});

const split = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

/** RFC 6962, section 2.1. */
function root(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) throw new RangeError('an empty tree');
  if (leaves.length === 1) return only;
  const middle = split(leaves.length);
  return nodeHash(root(leaves.slice(0, middle)), root(leaves.slice(middle)));
}

/** RFC 6962, section 2.1.1. */
function path(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  return index < middle
    ? [...path(index, leaves.slice(0, middle)), root(leaves.slice(middle))]
    : [...path(index - middle, leaves.slice(middle)), root(leaves.slice(0, middle))];
}

/** A real log with a real witness, only not on disk. */
export class MemoryLog {
  readonly #log: NoteSigner;
  readonly #witness: NoteSigner;
  readonly #leaves: Buffer[];

  constructor(log: KeyedSigner, witness: KeyedSigner, leaves: readonly Buffer[] = []) {
    this.#log = logNoteSigner(noteKey(ORIGIN, log));
    this.#witness = witnessNoteSigner(noteKey('duovir.test/witness', witness));
    this.#leaves = [...leaves];
  }

  get origin(): string {
    return ORIGIN;
  }

  get logVkey(): string {
    return this.#log.vkey;
  }

  get witnessVkey(): string {
    return this.#witness.vkey;
  }

  get leaves(): readonly Buffer[] {
    return this.#leaves;
  }

  append(envelope: Envelope): number {
    return this.#leaves.push(leafHash(envelopeBytes(envelope))) - 1;
  }

  /** The checkpoint of now, signed by the log and by no witness yet. */
  async note(): Promise<string> {
    const text = formatCheckpoint({ origin: ORIGIN, size: this.#leaves.length, root: root(this.#leaves) });
    return `${text}\n${await this.#log.signLine(text)}`;
  }

  /** Under a checkpoint that this log's own witness cosigns, unless another cosignature is given, or an empty one. */
  async prove(index: number, cosignature?: string): Promise<string> {
    const note = await this.note();
    const cosigned = cosignature ?? (await this.#witness.signLine(note.slice(0, note.indexOf('\n\n') + 1)));
    return formatProof({ index, hashes: path(index, this.#leaves), checkpoint: `${note}${cosigned}` });
  }
}
