import type { Framework } from './framework.ts';

export const aiAct: Framework = {
  name: 'eu-ai-act',
  title: 'EU AI Act, Regulation (EU) 2024/1689',
  note: 'Voluntary Art. 12-grade logging: an orchestrator of infrastructure work is normally not a high-risk system of Annex III. Each line names an article and the rows that provide evidence for it.',
  requirements: [
    {
      requirement: 'Article 12',
      providesEvidenceFor: 'automatic recording of events: period of use, inputs as commitments, outputs',
      report: 'ai-events',
    },
    {
      requirement: 'Article 14',
      providesEvidenceFor: 'human oversight: approvals, answers and stops by people',
      report: 'ai-events',
      where: {
        kind: ['approval', 'clarification-answer', 'stop', 'stop-lift', 'model-stop', 'model-resume', 'cancellation'],
      },
    },
    { requirement: 'Article 19, 26(6)', providesEvidenceFor: 'how far back the logs go', report: 'retention' },
    { requirement: 'Article 26(6)', providesEvidenceFor: 'logs of what left for a model', report: 'egress' },
  ],
  notRecorded: [
    {
      requirement: 'Article 12',
      why: 'What a model was sent and what it answered is not shown in a pack; each entry holds a commitment to it.',
    },
  ],
};

export const aiManagement: Framework = {
  name: 'iso-42001-nist-ai-rmf',
  title: 'ISO/IEC 42001 and NIST AI RMF',
  note: 'Each line names a control and the rows that provide evidence for it.',
  requirements: [
    { requirement: 'ISO/IEC 42001 A.6.2.8', providesEvidenceFor: 'recording of event logs', report: 'ai-events' },
    {
      requirement: 'NIST AI RMF MEASURE 2.8',
      providesEvidenceFor: 'accountability: which principal said what, with which model',
      report: 'ai-events',
    },
    {
      requirement: 'NIST AI RMF MANAGE 4',
      providesEvidenceFor: 'failures, and what was done about them',
      report: 'healing',
    },
    { requirement: 'NIST AI RMF MANAGE 4', providesEvidenceFor: 'spending beside its caps', report: 'budgets' },
  ],
  notRecorded: [],
};
