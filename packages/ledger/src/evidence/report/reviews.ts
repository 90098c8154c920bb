import { entryReport } from './report.ts';

/** PCI DSS 10.4.1: who looked at the record, and when. What they concluded is theirs to say. */
export const reviews = entryReport({
  name: 'reviews',
  about: 'One row for each time somebody read the ledger or what is sealed, or had evidence made of it.',
  columns: ['person', 'what', 'of_run'],
  rows: () => ({
    'audit-read': ({ person, what, run }) => ({ person, what, of_run: run }),
    'evidence-export': ({ person, scope }) => ({ person, what: `pack ${scope}` }),
  }),
});
