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
  readonly #leaves: Buffer[] = [];

  constructor(log: KeyedSigner, witness: KeyedSigner) {
    this.#log = logNoteSigner(noteKey(ORIGIN, log));
    this.#witness = witnessNoteSigner(noteKey('duovir.test/witness', witness));
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

  append(envelope: Envelope): number {
    return this.#leaves.push(leafHash(envelopeBytes(envelope))) - 1;
  }

  async prove(index: number, cosigned = true): Promise<string> {
    const text = formatCheckpoint({ origin: ORIGIN, size: this.#leaves.length, root: root(this.#leaves) });
    const cosignature = cosigned ? await this.#witness.signLine(text) : '';
    const checkpoint = `${text}\n${await this.#log.signLine(text)}${cosignature}`;
    return formatProof({ index, hashes: path(index, this.#leaves), checkpoint });
  }
}
