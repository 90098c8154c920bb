import type { Framework } from './framework.ts';

const events = (...classes: readonly string[]): { report: string; where: Record<string, string[]> } => ({
  report: 'events-10.2',
  where: { event_class: [...classes] },
});

export const pciDss: Framework = {
  name: 'pci-dss-4.0.1',
  title: 'PCI DSS 4.0.1',
  note: 'Each line names a requirement and the rows that provide evidence for it. Whether a requirement is in place is for the assessor to say.',
  requirements: [
    {
      requirement: '2.2.1, 2.2.6',
      providesEvidenceFor: 'configurations that a rule of the organisation refused',
      report: 'policy-denials',
      where: { kind: ['checks', 'verdict', 'refusal'] },
    },
    {
      requirement: '3.3, 3.5.1.1',
      providesEvidenceFor:
        'card numbers and other sensitive values hidden before anything left for a model; the ledger holds neither them nor hashes of them',
      report: 'redactions',
    },
    {
      requirement: '6.2.4, 6.3',
      providesEvidenceFor: 'tests of changes, and findings of reviewers that were put to the test',
      report: 'tests',
    },
    {
      requirement: '6.5.1, 1.2.2',
      providesEvidenceFor: 'reason, impact, approval, testing and return to a secure state of each change',
      report: 'changes',
    },
    {
      requirement: '6.5.4',
      providesEvidenceFor: 'separation of who asked, who proposed, who approved, who executed and who tested',
      report: 'sod-check',
    },
    {
      requirement: '7.2.1, 7.2.2, 7.2.5',
      providesEvidenceFor: 'roles and tokens, when they were given and taken, and by whom',
      report: 'access',
      where: {
        kind: [
          'principal-enrol',
          'principal-rotate',
          'principal-revoke',
          'token-issue',
          'token-revoke',
          'trust-policy',
        ],
      },
    },
    {
      requirement: '7.2.3',
      providesEvidenceFor: 'approvals by people and reviewers',
      report: 'approvals',
    },
    {
      requirement: '8.2.1, 8.2.2, 8.6.1',
      providesEvidenceFor: 'the key of each principal, from which entry on it counted, and until which',
      report: 'keys',
    },
    {
      requirement: '10.2.1.2',
      providesEvidenceFor: 'actions with administrative power, permitted and executed',
      ...events('10.2.1.2'),
    },
    { requirement: '10.2.1.3', providesEvidenceFor: 'access to the audit record', ...events('10.2.1.3') },
    { requirement: '10.2.1.4', providesEvidenceFor: 'access attempts that were turned away', ...events('10.2.1.4') },
    { requirement: '10.2.1.5', providesEvidenceFor: 'changes of credentials', ...events('10.2.1.5') },
    { requirement: '10.2.1.6', providesEvidenceFor: 'starting and stopping of the record', ...events('10.2.1.6') },
    { requirement: '10.2.2', providesEvidenceFor: 'the fields of each of these events', report: 'events-10.2' },
    {
      requirement: '10.3.1 to 10.3.4',
      providesEvidenceFor: 'protection of the record: append-only, cosigned by witnesses, verifiable by anyone',
      report: 'integrity',
    },
    { requirement: '10.4.1', providesEvidenceFor: 'readings of the record by people', report: 'reviews' },
    { requirement: '10.5.1', providesEvidenceFor: 'how far back the record goes', report: 'retention' },
    {
      requirement: '10.6.1 to 10.6.3',
      providesEvidenceFor: 'the state of the clock, and times that went back',
      report: 'time',
    },
    {
      requirement: '10.7.2, 10.7.3',
      providesEvidenceFor: 'failures of the record and of changes, and when recording went on',
      report: 'failures',
    },
    {
      requirement: '11.5.2',
      providesEvidenceFor: 'comparison of a target with what was seen of it before, at each change',
      report: 'drift',
    },
    { requirement: '12.10', providesEvidenceFor: 'stops by people and broken glass', report: 'emergencies' },
  ],
  notRecorded: [
    {
      requirement: '10.2.1.1',
      why: 'Individual access to cardholder data happens in the systems that hold it; Duovir does not see it.',
    },
    {
      requirement: '1.2.2, 1.2.7',
      why: 'Network control changes are among the changes; which of them they are is in the plan, that is, in the openings.',
    },
    {
      requirement: '10.2.1.7',
      why: 'What a change created or deleted is in its plan, that is, in the openings; each execution is listed under 10.2.1.2.',
    },
    {
      requirement: '10.6.2',
      why: 'The source of time is configured outside Duovir; the heartbeat says only whether the kernel follows one.',
    },
    {
      requirement: '11.5.2 (weekly)',
      why: 'A target is compared whenever a change is frozen or carried out, not on a schedule.',
    },
  ],
};
