import { entryReport } from './report.ts';

export const approvals = entryReport({
  name: 'approvals',
  about:
    'One row for each word for or against a motion, by reviewer or person, and for each verdict counted from them.',
  columns: ['role', 'verdict', 'phase', 'risk_class', 'reason', 'reviewers', 'people', 'motion'],
  rows: () => ({
    opinion: ({ verdict, phase, abstention }, { role, statement: { subject } }) => ({
      role: role ?? null,
      verdict,
      phase,
      reason: abstention,
      motion: subject,
    }),
    approval: ({ verdict }, { role, statement: { subject } }) => ({ role: role ?? null, verdict, motion: subject }),
    verdict: ({ verdict, riskClass, reason, counted: { reviewers, people } }, { role, statement: { subject } }) => ({
      role: role ?? null,
      verdict,
      risk_class: riskClass,
      reason,
      reviewers,
      people,
      motion: subject,
    }),
  }),
});
