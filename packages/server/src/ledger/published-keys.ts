import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFile, historyVersions, loadPinnedOfficer, type StateDirectory } from '@duovir/principal';
import { envelopeSchema, parseCanonicalJson, type Envelope } from '@duovir/protocol';
import type { PublishedKeys } from '@duovir/ledger';
import type { TrustPolicies } from '../store/trust-policies.ts';

/**
 * Everything the officer has signed about this log, for those who verify it. A policy that is just coming in force has its
 * entry before it has its file, and is kept in the database before both.
 */
export async function publishedKeys(state: StateDirectory, trustPolicies: TrustPolicies): Promise<PublishedKeys> {
  const files = historyVersions(state.trustPolicy).map((version) => historyFile(state.trustPolicy, version));
  const placed = [state.trustPolicy, ...files].map((path) => readFileSync(path, 'utf8').trim());
  const kept = (await trustPolicies.all()).map(({ signed }) => signed.trim());
  return {
    officer: loadPinnedOfficer(state.principal('server')),
    trustPolicies: [...new Set([...placed, ...kept])].map(envelopeOf),
    restores: restoreEnvelopes(state),
  };
}

/** What the officer has decided about entries that were lost. */
export function restoreEnvelopes({ restores }: StateDirectory): Envelope[] {
  if (!existsSync(restores)) return [];
  return readdirSync(restores)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => envelopeOf(readFileSync(join(restores, name), 'utf8').trim()));
}

function envelopeOf(text: string): Envelope {
  return envelopeSchema.parse(parseCanonicalJson(text));
}
