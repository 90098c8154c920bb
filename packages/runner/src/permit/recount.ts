import { tally, type Ballot, type TallyReason } from '@duovir/protocol';
import { RunnerError, type RunnerErrorCode } from '../error.ts';

const refusals: Readonly<Partial<Record<TallyReason, RunnerErrorCode>>> = {
  'verdict.forbidden': 'risk-class-forbidden',
  'verdict.no-rule': 'risk-class-forbidden',
  'verdict.critical-finding': 'finding-open',
  'verdict.rejected-finding': 'finding-open',
  'verdict.budget-exhausted': 'budget-exhausted',
  'verdict.person-rejected': 'approval-missing',
  'verdict.quorum-unmet': 'opinion-missing',
  'verdict.below-quorum': 'below-quorum',
  'verdict.split': 'approval-missing',
  'verdict.open-finding': 'approval-missing',
  'verdict.people-needed': 'approval-missing',
  'verdict.groups-needed': 'group-duplicate',
};

/** The one rule of verdicts, over statements that were all opened here: the server's own tally is not believed. */
export function assertCarried(ballot: Ballot): void {
  const { verdict, reason, explanation } = tally(ballot);
  if (verdict === 'carried') return;
  throw new RunnerError(refusals[reason] ?? 'verdict-missing', explanation);
}
