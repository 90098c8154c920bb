import * as z from 'zod';
import type { LoggedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { tilePath, type TileName } from './tile.ts';

/** What a log knows of an entry beside its bytes: without its key, a run that goes on would say the same things again. */
export type Appended = Pick<LoggedEntry, 'key' | 'time'>;

const appendedSchema = z.strictObject({
  key: z.string().regex(/^[\u0021-\u007e]{1,200}$/),
  time: z.iso.datetime({ precision: 3 }),
});

/** Beside the bundle of these entries: only a log that is restored reads it, and no verifier does. */
export function appendedPath(name: Omit<TileName, 'level'>): string {
  return tilePath({ ...name, level: 'entries' }).replace('tile/entries', 'appended');
}

export function encodeAppended(entries: readonly Appended[]): Buffer {
  return Buffer.from(entries.map(({ key, time }) => `${JSON.stringify({ key, time })}\n`).join(''));
}

/** Throws `bundle-malformed` unless there is one line for each of `width` entries. */
export function decodeAppended(bytes: Buffer, width: number): Appended[] {
  const lines = bytes.toString('utf8').split('\n');
  try {
    if (lines.pop() !== '' || lines.length !== width) throw new Error(`${lines.length} lines`);
    return lines.map((line) => {
      const { key, time } = appendedSchema.parse(JSON.parse(line));
      return { key, time: new Date(time) };
    });
  } catch (cause) {
    throw new LedgerError('bundle-malformed', `The keys of ${width} entries are not all there.`, cause);
  }
}
