import type { ByKind } from '../by-kind.ts';
import { entryReport, type Cells } from './report.ts';

type Denial = Cells<'rule' | 'severity' | 'step' | 'subject'>;

/** What was not allowed, and by which rule (PCI DSS 2.2, 10.2.1.4). */
const denials: ByKind<Denial | Denial[]> = {
  checks: ({ passed, findings }, { statement: { subject } }) => {
    if (passed) return [];
    if (findings.length === 0) return { rule: 'checks-failed', subject };
    return findings.map(({ rule, severity, step }) => ({ rule, severity, step, subject }));
  },
  verdict: ({ verdict, reason }, { statement: { subject } }) =>
    verdict === 'rejected' ? { rule: reason, subject } : [],
  refusal: ({ code }, { statement: { subject } }) => ({ rule: code, subject }),
  'plan-refusal': ({ reason }, { statement: { subject } }) => ({ rule: reason, subject }),
  'access-refusal': ({ reason }) => ({ rule: reason }),
};

export const policyDenials = entryReport({
  name: 'policy-denials',
  about: 'One row for each rule that said no: to a plan, a motion, an execution, a person or a goal that nobody knows.',
  columns: ['rule', 'severity', 'step', 'subject'],
  rows: () => denials,
});
