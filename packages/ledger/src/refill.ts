import { parseEnvelope, peekStatement, type Statement } from '@duovir/protocol';
import { Client } from 'pg';
import { appendedPath, decodeAppended, type Appended } from './appended.ts';
import { openCheckpoint, type CheckpointTrust, type TrustedCheckpoint } from './checkpoint.ts';
import { hashEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { EMPTY_EDGE, grow } from './growth.ts';
import { lockLedger } from './ledger-lock.ts';
import { insertCheckpoint, insertGrowth, type RestoredEntry } from './ledger-table.ts';
import { LogDirectory } from './log-directory.ts';
import { splitNote } from './note.ts';
import { loadEdge } from './stored-edge.ts';
import { TILE_WIDTH, tileWidth } from './tile.ts';

export interface RefillOptions {
  readonly connectionString: string;
  /** What log and witnesses may have signed with, now and before. */
  readonly trusts: readonly CheckpointTrust[];
  readonly lockWaitMs?: number;
}

export interface Refilled {
  /** Entries before and after. */
  readonly from: number;
  readonly to: number;
}

const LOCK_WAIT_MS = 5000;

/** The entries that the database has. */
export interface StoredLog {
  readonly size: number;
  readonly root: Buffer;
}

/** What the database has, as the log has signed it. Throws `ledger-locked` while a server writes to it, and `ledger-corrupt`. */
export function storedLog(options: RefillOptions): Promise<StoredLog> {
  return asWriter(options, async (client) => {
    const { frontier } = (await loadEdge(client, vkeysOf(options)))?.edge ?? EMPTY_EDGE;
    return { size: frontier.size, root: frontier.root() };
  });
}

/**
 * Takes what the database lacks from a published folder. Log and witnesses have signed where the folder ends, so that
 * nothing gets in that was not there before; it becomes durable at once or not at all.
 */
export function refillLog(folder: string, options: RefillOptions): Promise<Refilled> {
  return asWriter(options, async (client) => {
    const directory = new LogDirectory(folder);
    const { checkpoint, note } = await publishedCheckpoint(directory, options.trusts);
    const stored = await loadEdge(client, vkeysOf(options));
    const from = stored?.checkpoint.size ?? 0;
    if (from >= checkpoint.size) return { from, to: from };
    await client.query('begin');
    let edge = stored?.edge ?? EMPTY_EDGE;
    for await (const { first, entries } of missing(directory, from, checkpoint.size)) {
      const growth = grow(
        edge,
        entries.map(({ leaf }) => leaf),
      );
      await insertGrowth(client, { first, entries, tiles: growth.tiles });
      edge = growth.edge;
    }
    if (!edge.frontier.root().equals(checkpoint.root))
      throw new LedgerError('restore-impossible', 'The entries of the folder do not continue those of the database.');
    await insertCheckpoint(client, { size: checkpoint.size, note: ownNote(note, checkpoint.origin), cosigned: note });
    await client.query('commit');
    return { from, to: checkpoint.size };
  });
}

const vkeysOf = ({ trusts }: RefillOptions): string[] => [...new Set(trusts.map(({ logVkey }) => logVkey))];

/** The connection that holds the lock is the one that writes; what it did not commit goes with it. */
async function asWriter<Value>(
  { connectionString, lockWaitMs = LOCK_WAIT_MS }: RefillOptions,
  work: (client: Client) => Promise<Value>,
): Promise<Value> {
  const client = new Client({ connectionString, application_name: 'duovir-ledger-restore' });
  try {
    await client.connect();
    await client.query('set synchronous_commit = on');
    await lockLedger(client, lockWaitMs);
    return await work(client);
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('ledger-unavailable', 'PostgreSQL did not take the entries.', error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function publishedCheckpoint(
  directory: LogDirectory,
  trusts: readonly CheckpointTrust[],
): Promise<{ readonly checkpoint: TrustedCheckpoint; readonly note: string }> {
  const note = (await directory.file('checkpoint'))?.toString('utf8');
  if (note === undefined)
    throw new LedgerError('restore-impossible', `There is no published log in ${directory.root}.`);
  let refusal: unknown;
  for (const trust of trusts)
    try {
      return { checkpoint: openCheckpoint(note, trust), note };
    } catch (error) {
      refusal = error;
    }
  throw new LedgerError('restore-impossible', 'Log and witnesses have not signed where the folder ends.', refusal);
}

async function* missing(
  directory: LogDirectory,
  from: number,
  to: number,
): AsyncGenerator<{ readonly first: number; readonly entries: readonly RestoredEntry[] }> {
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index += 1) {
    const width = tileWidth('entries', index, to);
    const bodies = await directory.bundle(index, width);
    const appended = await appendedOf(directory, index, width);
    const first = Math.max(from, index * TILE_WIDTH);
    const entries = bodies.map((body, at) => entryOf(body, index * TILE_WIDTH + at, appended?.[at]));
    yield { first, entries: entries.slice(first - index * TILE_WIDTH) };
  }
}

async function appendedOf(
  directory: LogDirectory,
  index: number,
  width: number,
): Promise<readonly Appended[] | undefined> {
  const exact = await directory.file(appendedPath({ index, width }));
  if (exact) return decodeAppended(exact, width);
  const full = await directory.file(appendedPath({ index, width: TILE_WIDTH }));
  return full && decodeAppended(full, TILE_WIDTH).slice(0, width);
}

function entryOf(body: Buffer, index: number, appended: Appended | undefined): RestoredEntry {
  const { run, kind, time } = statementOf(body, index);
  const entry = hashEntry({ key: appended?.key ?? `refilled/${index}`, run, kind, body });
  return { ...entry, time: appended?.time ?? new Date(time) };
}

function statementOf(body: Buffer, index: number): Statement {
  try {
    return peekStatement(parseEnvelope(body));
  } catch (cause) {
    throw new LedgerError('bundle-malformed', `The entry ${index} of the folder is no statement.`, cause);
  }
}

/** Without what the witnesses have signed: they are asked again when the log is opened. */
function ownNote(note: string, origin: string): string {
  const { text, signatures } = splitNote(note);
  const own = signatures.split('\n').find((line) => line.startsWith(`\u2014 ${origin} `));
  return `${text}\n${own ?? ''}\n`;
}
