import { join } from 'node:path';
import { parseCanonicalJson } from '@duovir/protocol';
import { parseCheckpoint } from '../checkpoint.ts';
import { parseDecimal } from '../decimal.ts';
import { LedgerError } from '../error.ts';
import { KEYS_FILE, keysFileSchema, openKeyRing, type KeyRing } from '../keys-file.ts';
import { ANCHORS } from '../anchor-audit.ts';
import { LogDirectory } from '../log-directory.ts';
import { parseNote } from '../note.ts';
import { openTimestamp } from '../timestamp.ts';
import { namesIn } from './folder.ts';
import type { PackedRange } from './packed-entry.ts';

export const LOG_FOLDER = 'log';

/** A checkpoint as its file in the log folder says it. */
export interface KeptCheckpoint {
  /** Relative to the log folder. */
  readonly file: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** Names of those who signed, as the note has them. */
  readonly signers: readonly string[];
}

/** That a checkpoint existed at a time, by the word of somebody outside (RFC 3161). */
export interface KeptTime {
  readonly file: string;
  readonly size: number;
  /** ISO 8601. */
  readonly time: string;
}

/** What a pack has besides its entries: reports and mapping are made of these and of nothing else. */
export interface PackedLog extends PackedRange {
  readonly directory: LogDirectory;
  readonly organisation: string;
  readonly origin: string;
  /** Of the newest checkpoint, base64. */
  readonly root: string;
  readonly keys: KeyRing;
  /** Oldest first; the newest one is the last. */
  readonly checkpoints: readonly KeptCheckpoint[];
  /** Smallest first. */
  readonly anchors: readonly KeptTime[];
}

/** Reads what a log folder says about itself. Whether it is true is for `verifyLog`; throws where it cannot be read at all. */
export async function openPackedLog(root: string, period: Pick<PackedRange, 'from' | 'to'>): Promise<PackedLog> {
  const directory = new LogDirectory(root);
  const keysFile = keysFileSchema.parse(parseCanonicalJson((await textOf(directory, KEYS_FILE)).replace(/\n$/, '')));
  const keys = openKeyRing(keysFile.trustPolicies, keysFile.officer);
  const note = await textOf(directory, 'checkpoint');
  const { origin, size, root: rootHash } = parseCheckpoint(note);
  const first = parseDecimal((await directory.file('first'))?.toString('utf8').trim() ?? '0');
  if (first === undefined) throw new LedgerError('evidence-malformed', 'The file `first` is no number.');
  return {
    ...period,
    directory,
    size,
    first,
    organisation: keys.newest.policy.organisation,
    origin,
    root: rootHash.toString('base64'),
    keys,
    checkpoints: [...(await olderCheckpoints(directory)), checkpointOf('checkpoint', note)],
    anchors: await anchorsOf(directory),
  };
}

/** What cannot be read is left out here: the verification of the log names it. */
async function anchorsOf(directory: LogDirectory): Promise<KeptTime[]> {
  const times: KeptTime[] = [];
  for (const name of await namesIn(join(directory.root, ANCHORS))) {
    const size = name.endsWith('.tsr') ? parseDecimal(name.slice(0, -'.tsr'.length)) : undefined;
    const response = size === undefined ? undefined : await directory.file(`${ANCHORS}/${name}`);
    const time = response && timeOf(response);
    if (size !== undefined && time) times.push({ file: `${ANCHORS}/${name}`, size, time: time.toISOString() });
  }
  return times.toSorted((left, right) => left.size - right.size);
}

function timeOf(response: Buffer): Date | undefined {
  try {
    return openTimestamp(response).time;
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

async function olderCheckpoints(directory: LogDirectory): Promise<KeptCheckpoint[]> {
  const names = await namesIn(join(directory.root, 'checkpoints'));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = `checkpoints/${name}`;
      return checkpointOf(file, await textOf(directory, file));
    }),
  );
  return files.toSorted((left, right) => left.size - right.size || (left.file < right.file ? -1 : 1));
}

function checkpointOf(file: string, note: string): KeptCheckpoint {
  const { size, root } = parseCheckpoint(note);
  return { file, size, root: root.toString('base64'), signers: parseNote(note).lines.map(({ name }) => name) };
}

async function textOf(directory: LogDirectory, file: string): Promise<string> {
  const bytes = await directory.file(file);
  if (!bytes) throw new LedgerError('evidence-malformed', `${file} is not there.`);
  return bytes.toString('utf8');
}
