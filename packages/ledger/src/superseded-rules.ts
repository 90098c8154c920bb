import type { TrustedPolicy } from '@duovir/principal';
import type { Principal, TrustPolicy } from '@duovir/protocol';
import { grantsOf } from './break-glass-rules.ts';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** A new trust policy leaves what was decided in place, for as long as the officer has allowed (Invariant 1). */
export function supersededFindings(chain: Chain): Finding[] {
  return chain.all('receipt').flatMap((receipt) => receiptFindings(chain, receipt));
}

/**
 * What was decided under the policy before is carried out until the officer's date, and only while all whose word it rests on
 * are still enrolled. Only what the runner took for good is a fault: a permit that it refused has done nothing.
 */
function receiptFindings(chain: Chain, receipt: Fact<'receipt'>): Finding[] {
  const { permit: id, purpose, startedAt } = receipt.statement.predicate;
  const permit = chain.permit(receipt.statement.run, id);
  const verdict = permit && chain.named(permit.statement.predicate.verdict, 'verdict');
  const inForce = inForceAt(chain, receipt);
  const decidedUnder = verdict?.statement.predicate.trustPolicy;
  // Around a change the new one counts already, and the old one still.
  if (!verdict || decidedUnder === inForce.digest || decidedUnder === receipt.inForce.digest) return [];
  const findings: Finding[] = [];
  const { supersedes } = inForce.policy;
  const isBefore = supersedes?.digest === verdict.statement.predicate.trustPolicy;
  // What was begun may be undone after its time.
  if (!isBefore || (purpose === 'apply' && startedAt > supersedes.decidedUntil))
    findings.push(
      findingAt(
        receipt,
        'policy-expired',
        'It had been decided under a trust policy whose decisions were no longer to be carried out.',
      ),
    );
  const gone = goneSince(chain, verdict, inForce.policy);
  if (gone !== undefined)
    findings.push(
      findingAt(receipt, 'permit-revoked', `It rests on the word of ${gone}, whose key had been taken back.`),
    );
  return findings;
}

/** A new policy is in the ledger before it lies where the runner reads it. */
const CROSSING_MS = 5_000;

/** What was in force when the runner began: what had begun before a change ends after it, and is told only then. */
function inForceAt(chain: Chain, { index, inForce, statement }: Fact<'receipt'>): TrustedPolicy {
  const startedAt = Date.parse(statement.predicate.startedAt);
  const later = chain
    .ofLog('trust-policy')
    .find((change) => change.index < index && startedAt <= Date.parse(change.statement.time) + CROSSING_MS);
  return later?.inForce ?? inForce;
}

function goneSince(chain: Chain, verdict: Fact<'verdict'>, policy: TrustPolicy): string | undefined {
  const { opinions, approvals } = verdict.statement.predicate;
  const enrolled = new Set(policy.principals.map(officeOf));
  const voices: (Fact | undefined)[] = [
    verdict,
    ...opinions.map((digest) => chain.named(digest, 'opinion')),
    ...approvals.map((digest) => chain.named(digest, 'approval')),
    ...grantsOf(chain, verdict),
  ];
  return voices.find((voice) => voice && !enrolled.has(officeOf(voice.principal)))?.principal.name;
}

/** With another key, role or group it is somebody else. */
function officeOf({ name, role, group, publicKey }: Principal): string {
  return [name, role, group, Buffer.from(publicKey, 'base64').toString('hex')].join(' ');
}
