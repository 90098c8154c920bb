import type { Finding } from '@duovir/ledger';
import { line, marks, span, type Line } from '../progress/line.ts';
import type { Checked } from './verify.ts';

const SHOWN_FINDINGS = 50;

/** What a verification came to, for people. */
export function describeVerification(checked: Checked): Line[] {
  const left = checked.findings.length - SHOWN_FINDINGS;
  const anchor = checked.isAnchored ? [] : [line(1, marks.warn, span(UNANCHORED, 'warn'))];
  if (!checked.ok)
    return [
      line(0, marks.bad, span('The ledger does not verify', 'bad')),
      ...checked.findings.slice(0, SHOWN_FINDINGS).map(describeFinding),
      ...(left > 0 ? [line(1, span(`and ${left} more, with --json or --html`, 'quiet'))] : []),
      ...anchor,
    ];
  const what = isStructureOnly(checked) ? 'The tree of the ledger verifies' : 'The ledger verifies';
  return [
    line(0, marks.good, span(what), span(`${checked.size} entries`, 'strong')),
    line(1, span(`${checked.origin} · root ${checked.root}`, 'quiet')),
    ...(checked.first > 0 ? [line(1, span(`from entry ${checked.first} on, and what those rest on`, 'quiet'))] : []),
    ...(isStructureOnly(checked) ? [] : [{ ...line(1), body: { ...span(LOOKED_AT, 'quiet'), lines: 3 } }]),
    ...anchor,
  ];
}

/** What is no fault and has to be known, but for whose the log is, which `describeVerification` says. */
export function describeRemarks({ remarks }: Checked): Line[] {
  return remarks
    .filter(({ rule }) => rule !== 'officer')
    .map(({ consequence }) => ({ ...line(1), body: { ...span(consequence, 'quiet'), lines: 3 } }));
}

const isStructureOnly = ({ remarks }: Checked): boolean => remarks.some(({ rule }) => rule === 'structure');

function describeFinding({ entry, file, rule, consequence }: Finding): Line {
  const where = [entry === undefined ? [] : `entry ${entry}`, file ?? []].flat().join(' in ');
  return { ...line(1, span(where, 'strong'), span(rule, 'quiet')), body: { ...span(consequence), lines: 4 } };
}

const LOOKED_AT = 'Signatures of log and witness, every tile, every entry, and that what was done had been decided.';
const UNANCHORED = "It agrees with itself only: give the officer's key with --officer to know whose it is.";
