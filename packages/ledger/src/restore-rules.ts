import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import type { KeyRing } from './keys-file.ts';

/** A log goes on from a backup only as the officer has decided, and says so in the first entry after what is left. */
export function restoreFindings(chain: Chain, keys: KeyRing, origin: string): Finding[] {
  return chain
    .all('log-restore')
    .filter((restore) => !isDecided(restore, keys, origin))
    .map((restore) =>
      findingAt(
        restore,
        'log-restore',
        'The log was restored from a backup, and the officer has not decided that, for this log and exactly this loss.',
      ),
    );
}

/** Whether the officer has signed what it says. Whether the entries before it are those that were left, the tree shows. */
export function isDecided({ index, statement }: Fact<'log-restore'>, keys: KeyRing, origin: string): boolean {
  const { size, root, lost, lostRoot, signature } = statement.predicate;
  const trusted = keys.restores.get(statement.subject);
  return (
    trusted !== undefined &&
    trusted.signature === signature &&
    trusted.decision.origin === origin &&
    trusted.decision.size === size &&
    trusted.decision.root === root &&
    trusted.decision.lost === lost &&
    trusted.decision.lostRoot === lostRoot &&
    index === size
  );
}
