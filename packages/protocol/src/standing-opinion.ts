import type { Predicate } from './statement.ts';

/** An opinion whose signature has been verified, with the principal that signed it. */
export type CountedOpinion = { readonly principal: string } & Pick<
  Predicate<'opinion'>,
  'phase' | 'verdict' | 'findings' | 'abstention' | 'because' | 'brain'
>;

/**
 * What each reviewer's word is once both votes are in. A changed verdict that names no cause does not count, the first one
 * stands: agents tend to agree with whoever speaks (arXiv 2509.05396). A second vote without a first was never blind and is
 * void. Who says two things in one vote has said all of them.
 */
export function standingOpinions<Opinion extends CountedOpinion>(opinions: readonly Opinion[]): Opinion[] {
  const reviewers = [...new Set(opinions.map(({ principal }) => principal))];
  return reviewers.flatMap((name) => {
    const own = opinions.filter(({ principal }) => principal === name);
    const blind = own.filter(({ phase }) => phase === 'blind');
    const second = own.filter(({ phase }) => phase === 'second');
    const [first] = blind;
    if (!first) return [];
    const isCaused = second.every(({ verdict, because }) => verdict === first.verdict || because.length > 0);
    return second.length > 0 && blind.length === 1 && isCaused ? second : blind;
  });
}
