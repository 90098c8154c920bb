import type { RunStory } from '../run-story.ts';
import { entriesOf, list, namesOf, runReport } from './report.ts';

/** PCI DSS 6.5.1, bullet by bullet: reason, impact, approval, testing, fallback; each with the entries that say so. */
export const changes = runReport({
  name: 'changes',
  about: 'One row for each change (run) of which anything happened in the period.',
  columns: [
    'requester',
    'requested_at',
    'request_digest',
    'risk_class',
    'impact_highest_finding',
    'impact_entries',
    'checks_passed',
    'checks_entries',
    'approved_by',
    'opposed_by',
    'approval_entries',
    'verdict',
    'verdict_entries',
    'permit_entries',
    'executed_by',
    'execution_outcome',
    'execution_entries',
    'testing_outcome',
    'testing_entries',
    'fallback_steps',
    'fallback_entries',
    'heals',
    'healing_entries',
    'outcome',
    'reason',
    'settled_at',
    'settlement_entry',
  ],
  row: (story) => ({
    entry: story.request?.entry ?? null,
    requester: story.request?.by ?? null,
    requested_at: story.request?.time ?? null,
    request_digest: story.request?.digest ?? null,
    risk_class: story.riskClass ?? null,
    impact_highest_finding: story.highestFinding ?? (story.opinions.length > 0 ? 'none' : null),
    impact_entries: entriesOf(story.opinions),
    checks_passed: story.checks.at(-1)?.passed ?? null,
    checks_entries: entriesOf(story.checks),
    approved_by: names(voices(story).filter(({ verdict }) => verdict === 'approve')),
    opposed_by: names(voices(story).filter(({ verdict }) => verdict === 'reject')),
    approval_entries: entriesOf(voices(story)),
    verdict: story.verdicts.at(-1)?.verdict ?? null,
    verdict_entries: entriesOf(story.verdicts),
    permit_entries: entriesOf(story.permits),
    executed_by: names(story.receipts),
    execution_outcome: outcomeOf(story.receipts.filter(({ purpose }) => purpose === 'apply')),
    execution_entries: entriesOf(story.receipts.filter(({ purpose }) => purpose === 'apply')),
    testing_outcome: outcomeOf(story.tests.filter(({ about }) => about === 'goal').slice(-1)),
    testing_entries: entriesOf(story.tests),
    fallback_steps: story.receipts.filter(({ purpose }) => purpose === 'compensate').length,
    fallback_entries: entriesOf(story.receipts.filter(({ purpose }) => purpose === 'compensate')),
    heals: story.settlement?.heals ?? null,
    healing_entries: entriesOf(story.diagnoses),
    outcome: story.settlement?.outcome ?? 'open',
    reason: story.settlement?.reason ?? null,
    settled_at: story.settlement?.time ?? null,
    settlement_entry: story.settlement?.entry ?? null,
  }),
});

const voices = ({ opinions, approvals }: RunStory): RunStory['opinions'] => [...opinions, ...approvals];
const names = (said: Parameters<typeof namesOf>[0]): string => list(namesOf(said));

/** What is said last counts: a step is tried again until it succeeds or is undone. */
function outcomeOf(told: readonly { readonly outcome: string }[]): string | null {
  return told.at(-1)?.outcome ?? null;
}
