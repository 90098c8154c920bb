import { signStatement, type Digest, type Envelope, type Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort, RandomPort } from '@duovir/engine';

/** What concerns no run. */
const LOG = 'duovir';

/** Marks in the log that the server starts or stops in good order: a start without a stop before it was a crash. Returns the mark. */
export async function mark(
  kind: 'log-start' | 'log-stop',
  trustPolicy: Digest,
  parts: {
    readonly ledger: LedgerPort;
    readonly signer: Signer;
    readonly clock: ClockPort;
    readonly random: RandomPort;
  },
): Promise<Envelope> {
  const time = parts.clock.now().toISOString();
  const statement =
    kind === 'log-start'
      ? ({ kind, run: LOG, time, subject: trustPolicy, predicate: { trustPolicy } } as const)
      : ({ kind, run: LOG, time, subject: trustPolicy, predicate: {} } as const);
  const envelope = await signStatement(parts.signer, statement);
  await parts.ledger.append([{ key: `${kind}/${parts.random.hex(16)}`, run: LOG, envelope }]);
  return envelope;
}
