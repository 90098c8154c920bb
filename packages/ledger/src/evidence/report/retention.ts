import { isPacked, type PackedEntry } from '../packed-entry.ts';
import { rememberingReport, rowAt } from './report.ts';

/** PCI DSS 10.5.1: how far back the record goes, and what of its content was destroyed. */
export const retention = rememberingReport({
  name: 'retention',
  about:
    'The oldest and the newest entry that is here, how many each month has, and each piece of content that was shredded.',
  columns: ['detail'],
  begin: () => {
    const months = new Map<string, { readonly first: PackedEntry; entries: number }>();
    let oldest: PackedEntry | undefined;
    let newest: PackedEntry | undefined;
    return {
      read: (entry) => {
        oldest ??= entry;
        newest = entry;
        const name = entry.statement.time.slice(0, 'YYYY-MM'.length);
        const month = months.get(name) ?? { first: entry, entries: 0 };
        month.entries += 1;
        months.set(name, month);
        if (!isPacked(entry, 'blob-shred') || !entry.isInPeriod) return [];
        return [rowAt(entry, { kind: 'shredded', detail: entry.statement.predicate.reason })];
      },
      end: () => [
        ...(oldest ? [rowAt(oldest, { kind: 'oldest' })] : []),
        ...(newest ? [rowAt(newest, { kind: 'newest' })] : []),
        ...[...months]
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([month, { first, entries }]) =>
            rowAt(first, { kind: 'month', detail: `${month}: ${entries} entries` }),
          ),
      ],
    };
  },
});
