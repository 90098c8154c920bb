import { gravityOf } from './severity.ts';
import type { Predicate } from './statement.ts';

/** An opinion whose signature has been verified, with the principal that signed it. */
export type CountedOpinion = { readonly principal: string } & Pick<
  Predicate<'opinion'>,
  'phase' | 'verdict' | 'findings' | 'abstention' | 'because' | 'brain'
>;

/**
 * What each reviewer's word is once both votes are in. A changed verdict that names no cause does not count, the first one
 * stands: agents tend to agree with whoever speaks (arXiv 2509.05396). A second vote without a first was never blind: it may
 * object, and cannot approve. Who says two things in one vote has said all of them.
 */
export function standingOpinions<Opinion extends CountedOpinion>(opinions: readonly Opinion[]): Opinion[] {
  const reviewers = [...new Set(opinions.map(({ principal }) => principal))];
  return reviewers.flatMap((name) => {
    const own = opinions.filter(({ principal }) => principal === name);
    const [first, ...moreBlind] = own.filter(({ phase }) => phase === 'blind');
    const [second, ...moreSecond] = own.filter(({ phase }) => phase === 'second');
    if (!first) return own.filter(({ verdict }) => verdict !== 'approve');
    if (moreBlind.length > 0 || moreSecond.length > 0) return own;
    return [second && (second.because.length > 0 || upholds(second, first)) ? second : first];
  });
}

/** Whether a second vote says no less against the motion than the first: to withdraw an objection takes a cause as well. */
function upholds(second: CountedOpinion, first: CountedOpinion): boolean {
  return (
    second.verdict === first.verdict &&
    second.abstention === first.abstention &&
    gravest(second) >= gravest(first) &&
    (showsCritical(second) || !showsCritical(first))
  );
}

function gravest({ findings }: CountedOpinion): number {
  return Math.max(...findings.map(({ severity }) => gravityOf(severity)), -1);
}

/** Invariant 3: what no majority outvotes. */
export function showsCritical({ findings }: Pick<CountedOpinion, 'findings'>): boolean {
  return findings.some(({ severity, evidenced }) => severity === 'critical' && evidenced);
}
