import { isPacked } from '../packed-entry.ts';
import { rememberingReport, rowAt } from './report.ts';

/** PCI DSS 10.6: whether the clock follows a source, and whether times ever went back in the order of the log. */
export const time = rememberingReport({
  name: 'time',
  about:
    'One row for each heartbeat, with the state of the clock, and for each entry that says an earlier time than one before it.',
  columns: ['clock', 'seconds', 'latest_time_before'],
  begin: () => {
    let beat: string | undefined;
    let latest: string | undefined;
    return {
      read: (entry) => {
        const { time: now } = entry.statement;
        const before = latest;
        if (before === undefined || now > before) latest = now;
        if (isPacked(entry, 'heartbeat')) {
          const since = beat === undefined ? null : secondsBetween(beat, now);
          beat = now;
          if (!entry.isInPeriod) return [];
          const { clock } = entry.statement.predicate;
          return [rowAt(entry, { clock, seconds: since, latest_time_before: before ?? null })];
        }
        if (before === undefined || before <= now || !entry.isInPeriod) return [];
        return [rowAt(entry, { seconds: secondsBetween(before, now), latest_time_before: before })];
      },
    };
  },
});

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
