import type { ClientBase } from 'pg';
import { parseCheckpointText } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { LedgerError } from './error.ts';
import { edgeFromTiles, edgeTiles, EMPTY_EDGE, type RightEdge } from './growth.ts';
import { newestCheckpoint, selectTiles } from './ledger-table.ts';
import { HASH_BYTES } from './merkle.ts';
import { openNote, type OpenedNote } from './note.ts';

export interface StoredEdge {
  readonly edge: RightEdge;
  readonly checkpoint: SignedCheckpoint;
  readonly signatures: OpenedNote['signatures'];
}

/**
 * Rebuilds the right edge from tiles and believes it only if it leads to the newest root that the log signed; undefined
 * where nothing was ever appended.
 * @param vkeys the log's, now and before
 */
export async function loadEdge(client: ClientBase, vkeys: readonly string[]): Promise<StoredEdge | undefined> {
  const checkpoint = await newestCheckpoint(client);
  if (!checkpoint) return undefined;
  const { text, signatures } = openOwn(checkpoint.note, vkeys);
  const { size, root } = parseCheckpointText(text);
  const names = edgeTiles(size);
  const tiles = await selectTiles(client, names);
  const isComplete =
    tiles.length === names.length &&
    names.every(({ level, width }) =>
      tiles.some((tile) => tile.level === level && tile.hashes.length === width * HASH_BYTES),
    );
  const edge = isComplete ? edgeFromTiles(tiles) : EMPTY_EDGE;
  if (size !== checkpoint.size || edge.frontier.size !== size || !edge.frontier.root().equals(root))
    throw new LedgerError('ledger-corrupt', `The tiles do not lead to the signed root of ${checkpoint.size} entries.`);
  return { edge, checkpoint, signatures };
}

function openOwn(note: string, vkeys: readonly string[]): OpenedNote {
  try {
    return openNote(note, vkeys);
  } catch (cause) {
    throw new LedgerError('ledger-corrupt', 'The newest checkpoint was not signed with the key of this log.', cause);
  }
}
