import type { Digest } from '@duovir/protocol';
import { findingAt, type Finding } from './finding.ts';
import { goesOnWith, rootDigest } from './restore.ts';
import type { KnownRoot } from './tree-audit.ts';

/** Entries from `size` on, up to `lost`, are gone, as the officer has decided; those before lead to `root`. */
export interface Loss {
  readonly size: number;
  readonly root: Digest;
  readonly lost: number;
  readonly lostRoot: Digest;
}

/** A loss that the officer has signed, and the entry that tells of it. */
export interface Restored extends Loss {
  readonly entry: number;
}

/** The root that the first entries of a log lead to, by how many they are; not of every number. */
export type Roots = ReadonlyMap<number, Buffer>;

/** Whether the entries before a loss are those that the officer has said are left. Not where nothing shows it. */
export function isLeft(loss: Loss, roots: Roots): boolean {
  const own = roots.get(loss.size);
  return own !== undefined && goesOnWith(loss, own);
}

export function restoredFindings(restored: readonly Restored[], roots: Roots): Finding[] {
  return restored
    .filter((loss) => !isLeft(loss, roots))
    .map(({ entry, size }) =>
      findingAt(
        { index: entry },
        'log-restore',
        `The first ${size} entries are not those that the officer has said are left: they were rewritten along with the restore.`,
      ),
    );
}

export function restoredRemarks(restored: readonly Restored[], roots: Roots): Finding[] {
  return restored
    .filter((loss) => isLeft(loss, roots))
    .map(({ entry, size, lost }) => ({
      entry,
      rule: 'log-restore',
      consequence: `The log went on from a backup: entries ${size} to ${lost - 1} are lost, and the officer has said so.`,
    }));
}

/** Rules that a checkpoint of what was lost cannot keep. */
const EXCUSED: readonly string[] = ['truncated', 'checkpoint-root'];

/** Without what is said of checkpoints over entries that were lost; at the end of the loss only the very one that was decided about. */
export function excused(
  findings: readonly Finding[],
  checkpoints: readonly KnownRoot[],
  losses: readonly Loss[],
): Finding[] {
  const known = new Map(checkpoints.map((checkpoint) => [checkpoint.file, checkpoint]));
  return findings.filter(({ file, rule }) => {
    const checkpoint = file !== undefined && EXCUSED.includes(rule) ? known.get(file) : undefined;
    return !checkpoint || !losses.some((loss) => isOfWhatWasLost(checkpoint, loss));
  });
}

function isOfWhatWasLost({ size, root }: KnownRoot, loss: Loss): boolean {
  if (size === loss.lost) return rootDigest(root) === loss.lostRoot;
  return loss.size < size && size < loss.lost;
}
