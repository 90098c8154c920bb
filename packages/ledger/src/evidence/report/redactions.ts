import { entryReport } from './report.ts';

/** PCI DSS 3.3 and 3.5.1.1: what was found and hidden before it left. The values themselves are nowhere. */
export const redactions = entryReport({
  name: 'redactions',
  about: 'One row for each kind of sensitive value that was hidden in what left for a model.',
  columns: ['principal', 'model', 'value_kind', 'count'],
  rows: () => ({
    egress: ({ principal, model, redactions: hidden }) =>
      Object.entries(hidden)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([kind, count]) => ({ principal, model, value_kind: kind, count })),
  }),
});
