import { unchanged, type Judgement, type Reasoned } from './judgement.ts';
import type { Provenance } from '../brain/provenance.ts';

const TURNED_BACK = 'Its first vote stands: it names nothing that changed it.';

/** The second vote of who has been restarted since the first, and knows of that only what it is told. */
export const forgotten: Judgement = {
  verdict: 'abstain',
  abstention: 'nothing-known',
  detail: { rationale: 'No second vote: this reviewer was restarted and does not know its first one.', findings: [] },
};

/** No second opinion. It names no cause, so that the first one counts. */
export function silent(first: Judgement['verdict'], abstaining: Judgement, provenance: Provenance): Reasoned {
  return { ...abstaining, provenance, changedFrom: first === 'abstain' ? null : first, because: [] };
}

/**
 * What of a second thought counts. Without a cause that exists, the first vote stands with all its findings: whoever
 * changes its mind only because others speak tends to give up what was right (arXiv 2509.05396).
 */
export function secondVote(
  first: Judgement,
  again: Judgement,
  because: readonly string[],
  provenance: Provenance,
): Reasoned {
  if (because.length > 0)
    return {
      ...again,
      provenance,
      changedFrom: again.verdict === first.verdict ? null : first.verdict,
      because: [...because],
    };
  const { rationale: said } = again.detail;
  const rationale = again.verdict === first.verdict ? said : `${said} ${TURNED_BACK}`.slice(-800);
  return unchanged({ ...first, detail: { rationale, findings: first.detail.findings } }, provenance);
}
