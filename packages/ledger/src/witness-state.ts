import { existsSync, readFileSync } from 'node:fs';
import { canonicalJson } from '@duovir/protocol';
import * as z from 'zod';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { replaceFile } from './durable-file.ts';
import { LedgerError } from './error.ts';

const stateSchema = z.strictObject({
  format: z.literal('duovir-witness-state/v1'),
  /** Newest cosigned checkpoint of each log, by origin, as the log signed it. */
  logs: z.record(z.string(), z.string()),
});

/** What a witness remembers. A witness that forgets can be made to cosign a fork, so every change is on disk first. */
export class WitnessState {
  readonly #path: string;
  readonly #notes: Map<string, string>;

  private constructor(path: string, notes: Map<string, string>) {
    this.#path = path;
    this.#notes = notes;
  }

  /** A file that is there but unreadable is never taken for "nothing seen yet". */
  static open(path: string): WitnessState {
    if (!existsSync(path)) return new WitnessState(path, new Map());
    try {
      const { logs } = stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      for (const note of Object.values(logs)) parseCheckpoint(note);
      return new WitnessState(path, new Map(Object.entries(logs)));
    } catch (cause) {
      throw new LedgerError('witness-state-corrupt', `${path} is not the state of a witness.`, cause);
    }
  }

  seen(origin: string): Checkpoint | undefined {
    const note = this.#notes.get(origin);
    return note === undefined ? undefined : parseCheckpoint(note);
  }

  /** Durable when it returns. */
  record(origin: string, note: string): void {
    const logs = { ...Object.fromEntries(this.#notes), [origin]: note };
    replaceFile(this.#path, Buffer.from(canonicalJson({ format: 'duovir-witness-state/v1', logs })));
    this.#notes.set(origin, note);
  }
}
