import { entryReport, list } from './report.ts';

export const emergencies = entryReport({
  name: 'emergencies',
  about: 'One row for each time people stopped something, let it go on, or broke the glass.',
  columns: ['person', 'detail'],
  rows: () => ({
    stop: ({ person }) => ({ person }),
    'stop-lift': ({ person }) => ({ person }),
    'break-glass': ({ grant, classes, until }, { principal }) => ({
      person: principal,
      detail: `${grant}: ${list(classes)} until ${until}`,
    }),
    'break-glass-end': ({ person, grant }) => ({ person, detail: grant }),
    'model-stop': ({ person }) => ({ person }),
    'model-resume': ({ person }) => ({ person }),
    cancellation: ({ person }) => ({ person }),
  }),
});
