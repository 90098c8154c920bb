import type { Digest, WhyLink } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import type { ChainLinks } from './chain-links.ts';
import type { Story } from './story.ts';

/** The verdict, and below it all who had a say: people, reviewers with both votes, checkers, and what came of the findings. */
export function linkVote(
  links: ChainLinks,
  story: Story,
  motion: Digest,
  verdict: ReadEntry | undefined,
  of: number | null,
): number | null {
  const about = ({ statement }: ReadEntry): boolean => statement.subject === motion;
  const decided = links.maybe('verdict', verdict, of);
  for (const approval of story.all('approval', about).toReversed())
    links.add('approval', approval, decided, approval.statement.predicate.verdict === 'reject' ? 'dissent' : null);
  const opinions = story.all('opinion', about);
  for (const opinion of opinions.toReversed()) links.add('opinion', opinion, decided, markOf(opinion, opinions));
  for (const check of story.all('finding-check', about).toReversed()) links.add('finding-check', check, decided);
  for (const rebuttal of story.all('rebuttal', about).toReversed()) links.add('rebuttal', rebuttal, decided);
  for (const checks of story.all('checks', about).slice(-1))
    links.add('checks', checks, decided, checks.statement.predicate.passed ? null : 'rejected');
  return decided;
}

/** A vote that was changed is no dissent any more, and what changed it can be read. */
function markOf(
  { index, principal, statement }: ReadEntry<'opinion'>,
  all: readonly ReadEntry<'opinion'>[],
): WhyLink['mark'] {
  const { verdict, changedFrom } = statement.predicate;
  if (changedFrom !== null) return 'changed';
  const isReplaced = all.some((other) => other.principal === principal && other.index > index);
  return verdict === 'reject' && !isReplaced ? 'dissent' : null;
}
