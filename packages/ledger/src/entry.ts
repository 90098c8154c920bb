import { LedgerError } from './error.ts';
import { leafHash } from './merkle.ts';
import { NO_RUN } from './run-state.ts';

/** What a caller wants logged. */
export interface NewEntry {
  /** Names this fact for ever: appending it again with the same body changes nothing and finds the first. */
  readonly key: string;
  readonly run: string;
  readonly kind: string;
  /** Canonical JSON of a DSSE envelope; at most 65,535 bytes. */
  readonly body: Uint8Array;
  /** Only as the next entry of a run that has exactly so many; refused with `run-grown` otherwise. */
  readonly after?: number;
}

/** An entry that is ready to be sequenced. */
export interface HashedEntry extends NewEntry {
  readonly leaf: Buffer;
}

/** An entry as the log has it. */
export interface LoggedEntry extends NewEntry {
  readonly index: number;
  readonly time: Date;
}

const KEY = /^[\u0021-\u007e]{1,200}$/;
const NAME = /^[\u0021-\u007e]{1,64}$/;

/** Checks and hashes an entry; throws `entry-invalid`. */
export function hashEntry(entry: NewEntry): HashedEntry {
  if (!KEY.test(entry.key) || !NAME.test(entry.run) || !NAME.test(entry.kind))
    throw new LedgerError('entry-invalid', 'The key, run or kind of the entry is not short printable ASCII.');
  if (entry.run === NO_RUN && entry.after !== undefined)
    throw new LedgerError('entry-invalid', 'What concerns no run has no number in it.');
  return { ...entry, leaf: leafHash(entry.body) };
}
