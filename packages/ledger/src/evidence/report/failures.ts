import { tell, type ByKind } from '../by-kind.ts';
import { isPacked, type PackedEntry } from '../packed-entry.ts';
import { rememberingReport, rowAt, type Cells } from './report.ts';

/** `other_entry` shows it together with the entry of the row. */
type Failure = Cells<'kind' | 'detail' | 'other_entry'>;

/** A heart that beats this many times later than it should has missed a beat. */
const LATE = 2;

/** Where recording itself failed (PCI DSS 10.7.2), and what was attempted in vain. */
export const failures = rememberingReport({
  name: 'failures',
  about:
    'One row for each failure: crashes, gaps between heartbeats, losses of entries, refusals, failed steps and failed runs.',
  columns: ['detail', 'other_entry'],
  begin: () => {
    let running: PackedEntry | undefined;
    let beat: PackedEntry | undefined;
    return {
      read: (entry) => {
        const failure = ofLog(entry, running, beat) ?? tell(entry, ofRuns);
        if (isPacked(entry, 'log-start')) running = entry;
        if (isPacked(entry, 'log-stop')) running = undefined;
        if (isPacked(entry, 'log-start') || isPacked(entry, 'heartbeat')) beat = entry;
        return failure && entry.isInPeriod ? [rowAt(entry, failure)] : [];
      },
    };
  },
});

const ofRuns: ByKind<Failure | undefined> = {
  refusal: ({ code }) => ({ kind: 'refused', detail: code }),
  receipt: ({ outcome, cause, step }) =>
    outcome === 'failed' ? { kind: 'step-failed', detail: `${step}: ${cause}` } : undefined,
  settlement: ({ outcome, reason }) =>
    outcome === 'failed' || outcome === 'undone' ? { kind: `run-${outcome}`, detail: reason } : undefined,
  'log-restore': ({ size, lost }) => ({ kind: 'entries-lost', detail: String(lost - size) }),
};

/** A start without a stop before it was a crash; between two heartbeats nobody watched. */
function ofLog(
  entry: PackedEntry,
  running: PackedEntry | undefined,
  beat: PackedEntry | undefined,
): Failure | undefined {
  if (isPacked(entry, 'log-start') && running)
    return { kind: 'crash', detail: 'log-start without a log-stop before it', other_entry: running.index };
  if (!isPacked(entry, 'heartbeat') || !beat) return undefined;
  // In an excerpt those between may be left out.
  if (entry.statement.predicate.number !== numberOf(beat) + 1) return undefined;
  const seconds = (Date.parse(entry.statement.time) - Date.parse(beat.statement.time)) / 1000;
  if (seconds <= LATE * entry.statement.predicate.intervalSeconds) return undefined;
  return { kind: 'heartbeat-gap', detail: `${seconds} seconds`, other_entry: beat.index };
}

/** A start counts as the beat before the first. */
function numberOf(beat: PackedEntry): number {
  return isPacked(beat, 'heartbeat') ? beat.statement.predicate.number : 0;
}
