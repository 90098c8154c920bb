import { readFileSync } from 'node:fs';
import { readRestores, type PublishedKeys } from '@duovir/ledger';
import { historyFile, historyVersions, loadPinnedOfficer, type StateDirectory } from '@duovir/principal';
import { envelopeSchema, parseCanonicalJson } from '@duovir/protocol';
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
    trustPolicies: [...new Set([...placed, ...kept])].map((text) => envelopeSchema.parse(parseCanonicalJson(text))),
    restores: readRestores(state.restores),
  };
}
