import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** What was executed was permitted before, exactly so (Invariants 1, 4 and 11). That it was so once: permit-uses.ts. */
export function executionFindings(chain: Chain): Finding[] {
  return [
    ...chain.all('permit').flatMap((permit) => permitFindings(chain, permit)),
    ...chain
      .all('receipt')
      .flatMap((receipt) =>
        receiptFindings(receipt, chain.permit(receipt.statement.run, receipt.statement.predicate.permit)),
      ),
  ];
}

function receiptFindings(receipt: Fact<'receipt'>, permit: Fact<'permit'> | undefined): Finding[] {
  if (!permit || permit.index > receipt.index)
    return [findingAt(receipt, 'receipt-permit', 'Something was executed without a permit.')];
  const done = receipt.statement;
  const allowed = permit.statement;
  const findings: Finding[] = [];
  const isSame =
    done.subject === allowed.subject &&
    done.predicate.step === allowed.predicate.step &&
    done.predicate.purpose === allowed.predicate.purpose &&
    done.predicate.attempt === allowed.predicate.attempt &&
    done.predicate.fence === allowed.predicate.fence;
  if (!isSame) findings.push(findingAt(receipt, 'receipt-bytes', 'What was executed is not what was permitted.'));
  if (done.predicate.startedAt > allowed.predicate.expiresAt)
    findings.push(findingAt(receipt, 'permit-expired', 'The permit had expired when it was used.'));
  return findings;
}

function permitFindings(chain: Chain, permit: Fact<'permit'>): Finding[] {
  const { predicate, run } = permit.statement;
  const verdict = chain.named(predicate.verdict, 'verdict');
  if (!verdict || verdict.index > permit.index || verdict.statement.run !== run)
    return [findingAt(permit, 'permit-verdict', 'The permit was given without a verdict.')];
  const decided = verdict.statement.predicate;
  if (
    decided.verdict !== 'carried' ||
    verdict.statement.subject !== predicate.motion ||
    decided.trustPolicy !== predicate.trustPolicy
  )
    return [findingAt(permit, 'permit-verdict', 'The verdict did not carry this motion.')];
  return [];
}
