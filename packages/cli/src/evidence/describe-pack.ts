import type { BuiltPack, PackVerification } from '@duovir/ledger';
import { line, marks, span, type Line } from '../progress/line.ts';

const SHOWN_FINDINGS = 50;

export function describeBuilt({ manifest, summary, blobs, remarks }: BuiltPack, file: string): Line[] {
  const rows = summary.tables.reduce((sum, { population }) => sum + population, 0);
  const changes = summary.tables.find(({ report }) => report.name === 'changes')?.population ?? 0;
  return [
    line(0, marks.good, span(file, 'strong')),
    line(
      1,
      span(
        `${manifest.size - manifest.first} entries, ${changes} ${changes === 1 ? 'change' : 'changes'}, ${rows} rows in ${summary.tables.length} tables`,
      ),
    ),
    line(1, span(periodOf(manifest), 'quiet')),
    line(1, span(blobsOf(blobs), 'quiet')),
    ...remarks.map(describeRemark),
  ];
}

/** In UTC, whatever zone the dates were given in. */
export function periodOf({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  return `${from ?? 'the beginning'} to ${to ?? 'the end'}, UTC`;
}

function blobsOf({ opened, withheld, shredded, mismatch }: PackVerification['blobs']): string {
  const counts = { opened, withheld, shredded, 'not what was committed to': mismatch };
  const told = Object.entries(counts).filter(([name, count]) => count > 0 || name === 'opened');
  return `blobs: ${told.map(([name, count]) => `${count} ${name}`).join(', ')}`;
}

export function describePack(verification: PackVerification): Line[] {
  const { ok, size, findings, remarks, isAnchored, pack, blobs } = verification;
  const left = findings.length - SHOWN_FINDINGS;
  const about = pack
    ? [
        line(1, span(`${pack.organisation} · ${pack.origin} · root ${pack.root}`, 'quiet')),
        line(1, span(`${periodOf(pack)}; made for ${pack.exportedBy ?? 'nobody who is known'}`, 'quiet')),
        line(1, span(blobsOf(blobs), 'quiet')),
      ]
    : [];
  const anchor = isAnchored ? [] : [line(1, marks.warn, span(UNANCHORED, 'warn'))];
  if (!ok)
    return [
      line(0, marks.bad, span('The evidence does not verify', 'bad'), span(`${findings.length} findings`)),
      ...findings.slice(0, SHOWN_FINDINGS).map(describeFinding),
      ...(left > 0 ? [line(1, span(`and ${left} more, with --json`, 'quiet'))] : []),
      ...anchor,
    ];
  return [
    line(0, marks.good, span('The evidence verifies'), span(`${size} entries`, 'strong')),
    ...about,
    ...remarks.map(describeRemark),
    ...anchor,
  ];
}

function describeRemark({ consequence }: PackVerification['remarks'][number]): Line {
  return line(1, marks.warn, span(consequence, 'quiet'));
}

function describeFinding({ entry, file, rule, consequence }: PackVerification['findings'][number]): Line {
  const where = [entry === undefined ? [] : `entry ${entry}`, file ?? []].flat().join(' in ');
  return { ...line(1, span(where, 'strong'), span(rule, 'quiet')), body: { ...span(consequence), lines: 4 } };
}

const UNANCHORED = "It agrees with itself only: give the officer's key with --officer to know whose it is.";
