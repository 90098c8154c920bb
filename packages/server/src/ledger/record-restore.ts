import { goesOnWith, openRestore, readRestores, type PostgresLog } from '@duovir/ledger';
import { loadPinnedOfficer, type StateDirectory } from '@duovir/principal';
import { signStatement, type Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort } from '@duovir/engine';

/** What concerns no run. */
const LOG = 'duovir';

/**
 * Says first of all that the log goes on from a backup, where the officer has decided that and the witness has accepted it:
 * it would not have cosigned these entries otherwise. A decision that was used names a size that the log has outgrown, or, where
 * it has lost that again, entries that are not these.
 */
export async function recordRestore(
  state: StateDirectory,
  parts: {
    readonly log: PostgresLog;
    readonly ledger: LedgerPort;
    readonly signer: Signer;
    readonly clock: ClockPort;
  },
): Promise<void> {
  const { origin, size } = parts.log.status();
  const root = await parts.log.rootOf(size);
  const officer = loadPinnedOfficer(state.principal('server'));
  const restore = readRestores(state.restores)
    .map((envelope) => openRestore(envelope, officer))
    .filter(({ decision }) => decision.origin === origin && decision.size === size && goesOnWith(decision, root))
    .toSorted((left, right) => left.decision.decidedAt.localeCompare(right.decision.decidedAt))
    .at(-1);
  if (!restore) return;
  const { digest, signature, decision } = restore;
  const envelope = await signStatement(parts.signer, {
    kind: 'log-restore',
    run: LOG,
    time: parts.clock.now().toISOString(),
    subject: digest,
    predicate: { size, root: decision.root, lost: decision.lost, lostRoot: decision.lostRoot, signature },
  });
  await parts.ledger.append([{ key: `log-restore/${signature}`, run: LOG, envelope }]);
}
