import { signStatement, type Digest, type EntryKind, type Predicate, type Signer } from '@duovir/protocol';
import type { ClockPort, LedgerPort, RandomPort, TrustPort } from '@duovir/engine';
import { appendOnce, type Stated } from '../ledger/append-once.ts';

/** What concerns no run. */
const LOG = 'duovir';
const KEY_BYTES = 16;

/** What statements about the record itself are made with. */
export interface AuditParts {
  readonly ledger: LedgerPort;
  readonly trust: TrustPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
  readonly random: RandomPort;
}

type AuditKind = Extract<EntryKind, 'audit-read' | 'access-refusal' | 'blob-shred' | 'evidence-export'>;

/** Signs and appends a statement about the record. With a `key` it is made once, and what was said first stands. */
export async function stateAudit<Kind extends AuditKind>(
  { ledger, trust, signer, clock, random }: AuditParts,
  kind: Kind,
  predicate: Predicate<Kind>,
  about?: { readonly subject: Digest; readonly key: string },
): Promise<Stated> {
  const subject = about?.subject ?? trust.current().digest;
  const time = clock.now().toISOString();
  const envelope = await signStatement(signer, { kind, run: LOG, time, subject, predicate });
  return appendOnce(ledger, about?.key ?? `${kind}/${random.hex(KEY_BYTES)}`, LOG, envelope);
}
