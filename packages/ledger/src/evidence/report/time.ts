import { isPacked } from '../packed-entry.ts';
import { rememberingReport, rowAt, type Row } from './report.ts';

/** PCI DSS 10.6: whether the clock follows a source, and whether times ever went back in the order of the log. */
export const time = rememberingReport({
  name: 'time',
  about:
    'One row for each heartbeat with the state of the clock, each entry that is earlier than one before it, and each anchor.',
  columns: ['clock', 'seconds', 'latest_time_before', 'detail'],
  begin: ({ anchors }) => {
    const anchored: Row[] = [];
    let beat: string | undefined;
    let latest: string | undefined;
    return {
      read: (entry) => {
        const { time: now } = entry.statement;
        const before = latest;
        if (before === undefined || now > before) latest = now;
        const under = { entry: entry.index, latest_time_before: latest ?? now };
        for (const { size, time: anchor, file } of anchors)
          if (size === entry.index + 1)
            anchored.push({
              ...under,
              time: anchor,
              kind: 'anchor',
              seconds: secondsBetween(latest ?? now, anchor),
              detail: file,
            });
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
      // What lies under an anchor was said before the anchor was made.
      end: () => anchored,
    };
  },
});

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
