import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointSlots } from './checkpoint-slots.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';

/** What a witness remembers. A witness that forgets can be made to cosign a fork, so every change is on disk first. */
export class WitnessState {
  readonly #slots: ReadonlyMap<string, CheckpointSlots>;

  private constructor(slots: ReadonlyMap<string, CheckpointSlots>) {
    this.#slots = slots;
  }

  /** One file per log in `folder`. Throws `witness-state-corrupt`. */
  static open(folder: string, origins: Iterable<string>): WitnessState {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = (origin: string): string => join(folder, hash('sha256', origin));
    return new WitnessState(new Map(Array.from(origins, (origin) => [origin, CheckpointSlots.open(file(origin))])));
  }

  seen(origin: string): Checkpoint | undefined {
    const note = this.#slots.get(origin)?.newest;
    return note === undefined ? undefined : parseCheckpoint(note);
  }

  /** Durable when it returns. */
  record(origin: string, note: string): void {
    this.#slots.get(origin)?.write(note);
  }
}
