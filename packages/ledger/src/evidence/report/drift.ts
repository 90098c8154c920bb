import { isPacked } from '../packed-entry.ts';
import { rememberingReport, rowAt } from './report.ts';

/** PCI DSS 11.5.2: what was seen of the target when a motion was frozen, beside what was seen the time before. */
export const drift = rememberingReport({
  name: 'drift',
  about:
    'One row for each time a target was looked at before it was changed: the same as the time before in this run, or drifted.',
  columns: ['plan', 'state', 'state_before', 'drifted', 'entry_before'],
  begin: () => {
    const seen = new Map<string, { readonly state: string; readonly entry: number }>();
    return {
      read: (entry) => {
        const { run, subject: plan } = entry.statement;
        if (isPacked(entry, 'settlement')) seen.delete(run);
        if (!isPacked(entry, 'motion') || entry.statement.predicate.state === null) return [];
        const { state } = entry.statement.predicate;
        const before = seen.get(run);
        seen.set(run, { state, entry: entry.index });
        if (!entry.isInPeriod) return [];
        const compared = before && {
          state_before: before.state,
          drifted: before.state !== state,
          entry_before: before.entry,
        };
        return [rowAt(entry, { plan, state, ...compared })];
      },
    };
  },
});
