import { entriesOf, list, namesOf, runReport } from './report.ts';

/** PCI DSS 6.5.4 and DORA article 17: who asked, who wrote, who approved, who executed, who looked afterwards. */
export const separation = runReport({
  name: 'sod-check',
  about: 'One row for each change that was voted on: who held which part in it, and whether two parts fell together.',
  columns: [
    'requester',
    'proposers',
    'approvers',
    'executors',
    'attestors',
    'requester_approved',
    'proposer_approved',
    'approver_executed',
    'executor_attested',
    'parts_are_separate',
    'verdict_entries',
  ],
  row: (story) => {
    const verdict = story.verdicts.at(-1);
    if (!verdict) return undefined;
    const approvers = namesOf([...story.opinions, ...story.approvals].filter((voice) => voice.verdict === 'approve'));
    const proposers = namesOf(story.plans);
    const executors = namesOf(story.receipts);
    const attestors = namesOf(story.tests);
    const requester = story.request ? [story.request.by] : [];
    const together = {
      requester_approved: meet(requester, approvers),
      proposer_approved: meet(proposers, approvers),
      approver_executed: meet(approvers, executors),
      executor_attested: meet(executors, attestors),
    };
    return {
      entry: verdict.entry,
      requester: list(requester),
      proposers: list(proposers),
      approvers: list(approvers),
      executors: list(executors),
      attestors: list(attestors),
      ...together,
      parts_are_separate: !Object.values(together).includes(true),
      verdict_entries: entriesOf(story.verdicts),
    };
  },
});

function meet(left: readonly string[], right: readonly string[]): boolean {
  return left.some((name) => right.includes(name));
}
