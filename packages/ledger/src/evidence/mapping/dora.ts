import type { Framework } from './framework.ts';

export const dora: Framework = {
  name: 'dora-rts-2024-1774',
  title: 'DORA, Delegated Regulation (EU) 2024/1774',
  note: 'Each line names an article and the rows that provide evidence for it. The wording of the articles is in the Official Journal, not here.',
  requirements: [
    { requirement: 'Article 12', providesEvidenceFor: 'logging of access control', report: 'access' },
    { requirement: 'Article 12', providesEvidenceFor: 'logging of change management', report: 'changes' },
    {
      requirement: 'Article 12',
      providesEvidenceFor: 'protection of logs against tampering and deletion',
      report: 'integrity',
    },
    { requirement: 'Article 12', providesEvidenceFor: 'detection of failures of logging', report: 'failures' },
    { requirement: 'Article 12', providesEvidenceFor: 'synchronisation of clocks', report: 'time' },
    {
      requirement: 'Article 17',
      providesEvidenceFor: 'separate approval and implementation, and fallback, of each change',
      report: 'changes',
    },
    { requirement: 'Article 17', providesEvidenceFor: 'independence of those who approve', report: 'sod-check' },
    { requirement: 'Article 17', providesEvidenceFor: 'emergency changes', report: 'emergencies' },
  ],
  notRecorded: [
    {
      requirement: 'Article 12',
      why: 'Which source the clock follows is configured outside Duovir; the heartbeat says only whether it follows one.',
    },
  ],
};
