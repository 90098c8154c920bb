import type { TimedSize } from './anchor-audit.ts';
import { findingAt, type Finding } from './finding.ts';
import type { PublishedKeys } from './keys-file.ts';
import type { Leaves } from './leaf-reading.ts';
import { HASH_BYTES } from './merkle.ts';
import { permitUseFindings } from './permit-uses.ts';
import type { RecordJudgement } from './record-audit.ts';
import { readOnWorkers, workersFor } from './record-workers.ts';
import type { Restored } from './restored-log.ts';
import { TILE_WIDTH } from './tile.ts';
import type { Term } from './trust-timeline.ts';

/** What the entries of a log say, judged. */
export interface RecordAudit {
  /** In the order of the log, whoever judged them. */
  readonly findings: readonly Finding[];
  readonly terms: readonly Term[];
  /** As the officer has signed; whether the entries before are those that were left, the tree shows. */
  readonly restored: readonly Restored[];
  /** Leaf hash of each entry from `first` on, as it was judged; zeroes where none was. */
  readonly judged: Uint8Array;
}

export interface RecordSource {
  readonly folder: string;
  readonly origin: string;
  readonly size: number;
  readonly first: number;
  readonly anchors: readonly TimedSize[];
}

/** Steps 5 to 7: who said what, whether it may be said, and whether it was right to say it. */
export async function auditRecord(
  source: RecordSource,
  keys: PublishedKeys,
  workers = workersFor(source.size - source.first),
  onProgress: (entries: number) => void = () => {},
): Promise<RecordAudit> {
  const { judgements, judged } = await readOnWorkers(source, keys, workers, onProgress);
  const [log] = judgements;
  return {
    findings: findingsOf(judgements, source.first),
    terms: log?.terms ?? [],
    restored: log?.restored ?? [],
    judged,
  };
}

/** What all shares of a log come to together, in the order of the log: the same for any number of them. */
export function findingsOf(judgements: readonly RecordJudgement[], first: number): Finding[] {
  return [
    ...judgements.flatMap(({ findings }) => findings),
    ...permitUseFindings(judgements.flatMap(({ permits }) => permits)),
    ...shredFindings(judgements, first),
  ].toSorted(inOrder);
}

function inOrder(left: Finding, right: Finding): number {
  return (
    (left.entry ?? -1) - (right.entry ?? -1) ||
    compare(left.rule, right.rule) ||
    compare(left.consequence, right.consequence)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** What is shredded was named before, by any entry; with `first` that one may be among those that are not here. */
function shredFindings(judgements: readonly RecordJudgement[], first: number): Finding[] {
  const [log, ...others] = judgements;
  if (!log || first > 0) return [];
  const rest = others.map(({ unknownShreds }) => new Set(unknownShreds));
  return log.unknownShreds
    .filter((index) => rest.every((unknown) => unknown.has(index)))
    .map((index) => findingAt({ index }, 'blob-shred', 'It shreds what no entry before it had committed to.'));
}

/**
 * The folder is read once for the tree and once for what it says: whoever changes it between must be noticed, and so must an
 * entry that no thread has judged.
 */
export function unlikeTree({ judged }: RecordAudit, { first, size, fromEntries, unreadable }: Leaves): Finding[] {
  const findings: Finding[] = [];
  const width = TILE_WIDTH * HASH_BYTES;
  for (let at = 0, bundle = first / TILE_WIDTH; at < fromEntries.length; at += width, bundle += 1) {
    if (unreadable.has(bundle) || fromEntries.subarray(at, at + width).equals(judged.subarray(at, at + width)))
      continue;
    for (let index = bundle * TILE_WIDTH; index < Math.min(size, (bundle + 1) * TILE_WIDTH); index += 1) {
      const leaf = (index - first) * HASH_BYTES;
      if (fromEntries.subarray(leaf, leaf + HASH_BYTES).equals(judged.subarray(leaf, leaf + HASH_BYTES))) continue;
      findings.push(
        findingAt({ index }, 'entry-hash', 'The bytes changed while they were read: others were judged than hashed.'),
      );
    }
  }
  return findings;
}
