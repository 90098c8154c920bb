import type { PackedEntry } from '../packed-entry.ts';
import type { PackedLog } from '../packed-log.ts';
import { entryReport, list, type Cells } from './report.ts';

const COLUMNS = ['principal', 'role', 'group', 'key', 'previous_key', 'witness_keys', 'witness_quorum'] as const;

/** PCI DSS 8.2 and 8.6: which key spoke for whom, from which index on. */
export const keys = entryReport({
  name: 'keys',
  about:
    'One row for each key enrolled, exchanged or revoked, and for each time keys of log and witnesses came into force.',
  columns: COLUMNS,
  rows: (log) => ({
    'principal-enrol': ({ principal, role, group, key }) => ({ principal, role, group, key }),
    'principal-rotate': ({ principal, key, previous }) => ({ principal, key, previous_key: previous }),
    'principal-revoke': ({ principal, key }) => ({ principal, key }),
    'log-start': (_, entry) => keysOfLog(entry, log),
    'trust-policy': (_, entry) => keysOfLog(entry, log),
  }),
});

/** As the trust policy has them that the officer signed. */
function keysOfLog({ trustPolicy }: PackedEntry, { keys: ring }: PackedLog): Cells<(typeof COLUMNS)[number]> {
  const trusted = trustPolicy && ring.policies.get(trustPolicy);
  if (!trusted) return {};
  const { log, witnesses } = trusted.policy;
  return {
    principal: log.origin,
    role: 'log',
    key: log.vkey,
    witness_keys: list(witnesses.vkeys),
    witness_quorum: witnesses.quorum,
  };
}
