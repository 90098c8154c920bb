import type { Framework } from './framework.ts';

export const soc2: Framework = {
  name: 'soc-2',
  title: 'SOC 2, common criteria',
  note: 'Each line names a criterion and the rows that provide evidence for it. The opinion is the auditor’s.',
  requirements: [
    {
      requirement: 'CC6.1',
      providesEvidenceFor: 'logical access: roles, tokens and keys, and who was turned away',
      report: 'access',
    },
    {
      requirement: 'CC7.2',
      providesEvidenceFor: 'monitoring: failures, gaps in the record, refusals',
      report: 'failures',
    },
    {
      requirement: 'CC7.2',
      providesEvidenceFor: 'rules that said no',
      report: 'policy-denials',
    },
    {
      requirement: 'CC8.1',
      providesEvidenceFor: 'authorisation, documentation, testing, approval and execution of changes',
      report: 'changes',
    },
    { requirement: 'CC8.1', providesEvidenceFor: 'separation of parts in each change', report: 'sod-check' },
  ],
  notRecorded: [],
};
