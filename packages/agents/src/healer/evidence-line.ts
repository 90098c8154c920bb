import { beginningOf, endOf, type Failure } from '@duovir/protocol';
import { readable } from '../signature/match.ts';

/** One line of what a failure left behind, with the id by which a diagnosis cites it. */
export interface EvidenceLine {
  readonly id: string;
  readonly text: string;
}

const MOST_OF_ERRORS = 120;
const MOST_OF_OUTPUT = 60;
const LONGEST = 480;
/** As much as is handed on of a stream, one less: a stream of that length may begin in the middle of a word. */
const SURELY_WHOLE = 65_535;
/** What the runner writes where it has left something out. */
const GAP = /\n(\[\d{1,15} bytes left out\])\n/;

/** The ends of both streams and what the attestor saw. Untrusted, whoever wrote it (Invariant 10). */
export function evidenceLines(failure: Failure): EvidenceLine[] {
  const { stdout, stderr } = readable({
    ...failure,
    stdout: wholeWords(failure.stdout),
    stderr: wholeWords(failure.stderr),
  });
  const seen = failure.probes.map(({ id, outcome, summary }) => `probe ${id} ${outcome}: ${summary}`);
  return [
    `cause ${failure.cause}, exit ${failure.exit ?? 'none'}`,
    ...linesOf(stderr).slice(-MOST_OF_ERRORS),
    ...linesOf(stdout).slice(-MOST_OF_OUTPUT),
    ...seen,
  ].map((text, index) => ({ id: `E${index + 1}`, text: beginningOf(text, LONGEST) }));
}

/** Without the halves of words that cuts have left: no guard would know the secret that one was part of (Invariant 7). */
function wholeWords(text: string): string {
  const pieces = endOf(text, SURELY_WHOLE).split(GAP);
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1) return `\n${piece}\n`;
      const begun = index === 0 ? piece : endOf(`.${piece}`, piece.length);
      return index === pieces.length - 1 ? begun : beginningOf(`${begun}.`, begun.length);
    })
    .join('');
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
