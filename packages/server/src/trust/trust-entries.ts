import type { LedgerEntry } from '@duovir/engine';
import type { TrustedPolicy } from '@duovir/principal';
import { principalChanges, trustChanges } from '@duovir/policy';
import { digestOfBytes, signStatement, type Predicate, type Statement, type TrustPolicy } from '@duovir/protocol';
import { LOG, type TrustParts } from './trust-parts.ts';

type Speaking = Pick<TrustParts, 'signer' | 'clock'>;

const MOST_CHANGES = 256;

export function trustPolicyKey(version: number): string {
  return `trust-policy/${version}`;
}

/** What the ledger says about a new policy: that it is in force from here on, and who is in or out by it. */
export async function changeEntries(
  speaking: Speaking,
  before: TrustedPolicy,
  next: TrustedPolicy,
  signed: string,
): Promise<LedgerEntry[]> {
  const { version } = next.policy;
  const predicate: Predicate<'trust-policy'> = {
    version,
    previous: before.digest,
    signature: digestOfBytes(signed.trim()),
    changes: placesOf(before.policy, next.policy),
  };
  const change = await entry(speaking, trustPolicyKey(version), { kind: 'trust-policy', predicate }, next);
  return [change, ...(await principalEntries(speaking, before.policy, next))];
}

/** `before` is null for the policy under which the log was started. */
export function principalEntries(
  speaking: Speaking,
  before: TrustPolicy | null,
  next: TrustedPolicy,
): Promise<LedgerEntry[]> {
  const { version } = next.policy;
  return Promise.all(
    principalChanges(before, next.policy).map((change) =>
      entry(speaking, `${change.kind}/${version}/${change.predicate.principal}`, change, next),
    ),
  );
}

async function entry(
  { signer, clock }: Speaking,
  key: string,
  said: Pick<Statement, 'kind' | 'predicate'>,
  { digest }: TrustedPolicy,
): Promise<LedgerEntry> {
  const time = clock.now().toISOString();
  return { key, run: LOG, envelope: await signStatement(signer, { ...said, run: LOG, time, subject: digest }) };
}

/** Where the entry has no room for all places, it names the parts of the policy that they are in. */
function placesOf(before: TrustPolicy, next: TrustPolicy): Predicate<'trust-policy'>['changes'] {
  const changes = trustChanges(before, next).map(({ at, change }) => ({ at, change }));
  if (changes.length <= MOST_CHANGES) return changes;
  const parts = new Set(changes.map(({ at }) => `/${at.split('/')[1] ?? ''}`));
  return [...parts].map((at) => ({ at, change: 'changed' }));
}
