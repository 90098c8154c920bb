import { LedgerError } from './error.ts';
import { openNote } from './note.ts';
import type { Prover } from './prover.ts';
import type { WitnessPort } from './witness-client.ts';

/** A checkpoint that the log itself has signed. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Keeps one witness up with the log. */
export class Cosigner {
  readonly #witness: WitnessPort;
  /** What the witness has seen, as far as is known here; it corrects us if not. */
  #seenSize = 0;

  constructor(witness: WitnessPort) {
    this.#witness = witness;
  }

  /** The witness's checked signature lines. Throws `ledger-behind-witness` when it has seen a longer log. */
  async cosign(checkpoint: SignedCheckpoint, prover: Prover): Promise<string> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const oldSize = Math.min(this.#seenSize, checkpoint.size);
      const proof = await prover.consistency(oldSize, checkpoint.size);
      const answer = await this.#witness.cosign({ checkpoint: checkpoint.note, oldSize, proof });
      if (answer.kind === 'cosigned') {
        this.#seenSize = checkpoint.size;
        return this.#checked(checkpoint, answer.lines);
      }
      if (answer.size > checkpoint.size)
        throw new LedgerError(
          'ledger-behind-witness',
          `The witness has seen ${answer.size} entries, this ledger has ${checkpoint.size}.`,
        );
      this.#seenSize = answer.size;
    }
    throw new LedgerError('witness-unavailable', 'The witness changes its mind about what it has seen.');
  }

  #checked(checkpoint: SignedCheckpoint, lines: string): string {
    const { signatures } = openNote(checkpoint.note + lines, [this.#witness.vkey]);
    if (signatures.length !== 1)
      throw new LedgerError('witness-refused', 'The witness answered without its signature.');
    return lines;
  }
}
