import { entryReport } from './report.ts';

export const tests = entryReport({
  name: 'tests',
  about:
    'One row for each time somebody else than who executed looked at the result, and for each finding put to the test.',
  columns: ['about', 'step', 'outcome', 'probes'],
  rows: () => ({
    attestation: ({ about, step, outcome, probes }) => ({ about, step, outcome, probes: probes.length }),
    'finding-check': ({ rule, step, outcome }) => ({ about: rule, step, outcome, probes: 1 }),
  }),
});
