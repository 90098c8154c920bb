import { readFileSync } from 'node:fs';
import { openSigner, type OwnedSigner, type StateDirectory } from '@duovir/principal';
import { DuovirError, type TrustPolicy } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { KeptTrustPolicy } from '../store/trust-policies.ts';
import { admitTrustPolicy } from './admission.ts';
import { serverIn } from './own-keys.ts';
import { entryOf, recordPolicy } from './record-policy.ts';
import { principalEntries } from './trust-entries.ts';
import type { TrustParts } from './trust-parts.ts';

/**
 * Brings file and ledger together when the server starts. What the ledger has said and a crash kept from the file is written
 * now; a newer file is entered, if it may follow; an older one is refused.
 */
export async function settleTrust(state: StateDirectory, parts: TrustParts): Promise<void> {
  const { policy, digest } = parts.trust.current();
  const signed = readFileSync(state.trustPolicy, 'utf8').trim();
  const newest = await newestEntered(parts);
  if (!newest) {
    await parts.trustPolicies.prepare({ version: policy.version, digest, signed, isFirst: true });
    return parts.trustPolicies.place(policy.version);
  }
  if (newest.version > policy.version) {
    await complete(parts, newest, policy.version);
    return assertOwnKeys(parts, policy);
  }
  if (newest.version === policy.version) {
    if (newest.digest !== digest)
      throw rolledBack(`It is another version ${policy.version} than the one that the ledger knows.`);
    return newest.isPlaced ? undefined : parts.trustPolicies.place(policy.version);
  }
  const before = parts.trust.open(newest.signed);
  admitTrustPolicy(parts.trust, before, parts.trust.current());
  const speaker = await speakerUnder(state, parts, before.policy);
  await recordPolicy({ ...parts, signer: speaker }, before, parts.trust.current(), signed);
  speaker.close();
}

/** That another key is in force can only be said with the one that was. */
function speakerUnder(state: StateDirectory, { signer }: TrustParts, before: TrustPolicy): Promise<OwnedSigner> {
  const name = signer.principal;
  return openSigner(state.principal(name), name, serverIn(before, name)?.publicKey);
}

/** Once another key is in force, this process has no voice any more. Throws `keys-rotated`. */
function assertOwnKeys({ trust }: TrustParts, before: TrustPolicy): void {
  const { policy } = trust.current();
  if (!trust.isOwn(policy) || policy.log.vkey !== before.log.vkey)
    throw new ServerError(
      'keys-rotated',
      `Version ${policy.version} of the trust policy gives this server another key: it has to be started again.`,
    );
}

/** Says who was in when the log was started, once the log was. */
export async function enterFirst(parts: TrustParts): Promise<void> {
  const first = (await parts.trustPolicies.all()).find(({ isFirst }) => isFirst);
  const trusted = parts.trust.current();
  if (first?.digest !== trusted.digest) return;
  try {
    await parts.ledger.append(await principalEntries(parts, null, trusted));
  } catch (error) {
    // At an earlier start.
    if (!(error instanceof DuovirError) || error.code !== 'entry-conflict') throw error;
  }
}

/** The ledger decides: what was kept and got no entry never was in force. */
async function newestEntered(parts: TrustParts): Promise<KeptTrustPolicy | undefined> {
  for (const kept of await parts.trustPolicies.all()) {
    if (kept.isFirst || kept.entry !== null) return kept;
    const entry = await entryOf(parts, parts.trust.open(kept.signed));
    if (entry === undefined) continue;
    await parts.trustPolicies.enter(kept.version, entry);
    return { ...kept, entry };
  }
  return undefined;
}

async function complete({ trust, trustPolicies }: TrustParts, newest: KeptTrustPolicy, found: number): Promise<void> {
  if (newest.isPlaced)
    throw rolledBack(`It has version ${found}; the ledger says that version ${newest.version} came in force.`);
  if (trust.open(newest.signed).digest !== newest.digest)
    throw rolledBack('What the server has kept of the newest one is not what the ledger knows.');
  trust.putInForce(newest.signed);
  await trustPolicies.place(newest.version);
}

function rolledBack(what: string): ServerError {
  return new ServerError(
    'trust-policy-rolled-back',
    `The trust policy in this state directory is not the newest. ${what}`,
  );
}
