import type { Digest } from '@duovir/protocol';
import type { Finding } from './finding.ts';
import type { KnownRoot } from './tree-audit.ts';

/** Entries from `size` on, up to `lost`, are gone, as the officer has decided. */
export interface Loss {
  readonly size: number;
  readonly lost: number;
  readonly lostRoot: Digest;
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
  if (size === loss.lost) return `sha256:${root.toString('hex')}` === loss.lostRoot;
  return loss.size < size && size < loss.lost;
}
