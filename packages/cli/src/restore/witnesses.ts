import {
  askSeen,
  handInRestore,
  leftOf,
  openCheckpoint,
  openRestore,
  parseVkey,
  type Checkpoint,
  type CheckpointTrust,
  type Seen,
} from '@duovir/ledger';
import { UnixClient, type StateDirectory } from '@duovir/principal';
import type { Envelope, TrustPolicy } from '@duovir/protocol';

/** The witnesses of an installation, asked at their sockets: they remember what a restored database has forgotten. */
export class Witnesses {
  readonly #clients: readonly UnixClient[];
  readonly #origin: string;
  readonly #officer: string;

  constructor(state: StateDirectory, { principals, witnesses, log }: TrustPolicy, officer: string) {
    this.#officer = officer;
    const keys = witnesses.vkeys.map((vkey) => parseVkey(vkey).rawKey);
    this.#origin = log.origin;
    this.#clients = principals
      .filter(
        ({ role, publicKey }) => role === 'witness' && keys.some((key) => key.equals(Buffer.from(publicKey, 'base64'))),
      )
      .map(({ name }) => new UnixClient(state.socket(name)));
  }

  /** The longest log that any of them has cosigned, or was told is left; undefined where they have seen none. */
  async seen(trusts: readonly CheckpointTrust[]): Promise<Checkpoint | undefined> {
    const answers = await Promise.all(this.#clients.map((client) => askSeen(client, this.#origin)));
    const checkpoints = answers.flatMap((answer) => this.#opened(answer, trusts) ?? []);
    return checkpoints.toSorted((left, right) => right.size - left.size).at(0);
  }

  #opened(answer: Seen, trusts: readonly CheckpointTrust[]): Checkpoint | undefined {
    switch (answer.kind) {
      case 'nothing':
        return undefined;
      case 'seen':
        return opened(answer.note, trusts);
      case 'restored':
        return leftOf(openRestore(answer.decision, this.#officer).decision);
    }
  }

  async forget(decision: Envelope): Promise<void> {
    for (const client of this.#clients) await handInRestore(client, decision);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

/** By one witness alone: it is asked what it has seen, not what others have. */
function opened(note: string, trusts: readonly CheckpointTrust[]): Checkpoint {
  let refusal: unknown;
  for (const trust of trusts)
    try {
      return openCheckpoint(note, { ...trust, quorum: 1 });
    } catch (error) {
      refusal = error;
    }
  throw refusal;
}
