import type { Failure } from '@duovir/protocol';
import { readable } from '../signature/match.ts';

/** One line of what a failure left behind, with the id by which a diagnosis cites it. */
export interface EvidenceLine {
  readonly id: string;
  readonly text: string;
}

const MOST_OF_ERRORS = 120;
const MOST_OF_OUTPUT = 60;
const LONGEST = 480;

/** The ends of both streams and what the attestor saw. Untrusted, whoever wrote it (Invariant 10). */
export function evidenceLines(failure: Failure): EvidenceLine[] {
  const { stdout, stderr } = readable(failure);
  const seen = failure.probes.map(({ id, outcome, summary }) => `probe ${id} ${outcome}: ${summary}`);
  return [
    `cause ${failure.cause}, exit ${failure.exit ?? 'none'}`,
    ...linesOf(stderr).slice(-MOST_OF_ERRORS),
    ...linesOf(stdout).slice(-MOST_OF_OUTPUT),
    ...seen,
  ].map((text, index) => ({ id: `E${index + 1}`, text: text.slice(0, LONGEST) }));
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
