import type { LedgerEntry, LedgerPort } from '@duovir/engine';
import type { TrustedPolicy } from '@duovir/principal';
import { DuovirError, peekStatement } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { changeEntries, trustPolicyKey } from './trust-entries.ts';
import type { TrustParts } from './trust-parts.ts';

/**
 * Makes a policy the one in force: kept, said in the ledger, then written where everybody reads it. After a crash between any
 * two of these, the next start, or the same call again, completes what the ledger has said.
 */
export async function recordPolicy(
  parts: TrustParts,
  before: TrustedPolicy,
  next: TrustedPolicy,
  signed: string,
  append: LedgerPort['append'] = (entries) => parts.ledger.append(entries),
): Promise<number> {
  const { version } = next.policy;
  // What has an entry is never overwritten: its text is nowhere else.
  await entryOf(parts, next);
  await parts.trustPolicies.prepare({ version, digest: next.digest, signed, isFirst: false });
  const entry = await enter(parts, next, await changeEntries(parts, before, next, signed), append);
  await parts.trustPolicies.enter(version, entry);
  parts.trust.putInForce(signed);
  await parts.trustPolicies.place(version);
  return entry;
}

async function enter(
  parts: TrustParts,
  next: TrustedPolicy,
  entries: readonly LedgerEntry[],
  append: LedgerPort['append'],
): Promise<number> {
  try {
    const [index] = await append(entries);
    if (index !== undefined) return index;
  } catch (error) {
    if (!(error instanceof DuovirError) || error.code !== 'entry-conflict') throw error;
  }
  const entry = await entryOf(parts, next);
  if (entry === undefined)
    throw new ServerError('entry-unfound', `The ledger neither takes nor has version ${next.policy.version}.`);
  return entry;
}

/** Index of its entry, if there is one. Throws `trust-policy-older` where the ledger has another policy of this version. */
export async function entryOf(
  { ledger }: Pick<TrustParts, 'ledger'>,
  { policy: { version }, digest }: TrustedPolicy,
): Promise<number | undefined> {
  const found = await ledger.find(trustPolicyKey(version));
  if (found && peekStatement(found.envelope).subject !== digest)
    throw new ServerError(
      'trust-policy-older',
      `Another version ${version} of the trust policy is in the ledger already.`,
    );
  return found?.index;
}
