import type { Digest } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import type { ChainLinks } from './chain-links.ts';
import type { Story } from './story.ts';

/**
 * The motion and what led to it: a heal's diagnosis and failure, its plan, what was proposed beside it and not carried, then the
 * plan it changed, and so on to the first. Returns the place of that one.
 */
export function proposals(links: ChainLinks, story: Story, motion: Digest, of: number | null): number | null {
  const own = story.last('motion', ({ statement }) => statement.subject === motion);
  if (!own) return of;
  const place = links.add('motion', own, of);
  const isHeal = own.statement.predicate.kind === 'heal';
  if (isHeal) linkCause(links, story, own, place);
  let planned: number | null = place;
  for (const plan of story.all('plan', ({ statement }) => statement.subject === motion))
    planned = links.add('plan', plan, place);
  const previous = previousOf(story, own);
  linkAlternatives(links, story, own, previous, place);
  return previous ? proposals(links, story, previous.statement.subject, planned) : planned;
}

/** The carried plan that this one changes; where a motion does not name it, the one before. */
function previousOf(story: Story, own: ReadEntry<'motion'>): ReadEntry<'motion'> | undefined {
  const { kind, previous } = own.statement.predicate;
  const earlier = story.all(
    'motion',
    ({ index, statement }) => index < own.index && statement.subject !== own.statement.subject,
  );
  if (previous !== null) return earlier.findLast(({ statement }) => statement.subject === previous);
  return kind === 'heal' ? earlier.at(-1) : undefined;
}

/** What was put to the vote after the previous plan and before this one, and why it was not carried. */
function linkAlternatives(
  links: ChainLinks,
  story: Story,
  own: ReadEntry<'motion'>,
  previous: ReadEntry<'motion'> | undefined,
  of: number,
): void {
  const other = story.all(
    'motion',
    ({ index, statement }) =>
      index < own.index && index > (previous?.index ?? -1) && statement.subject !== own.statement.subject,
  );
  for (const motion of other.toReversed()) {
    const about = ({ statement }: ReadEntry): boolean => statement.subject === motion.statement.subject;
    const place = links.add('alternative', motion, of, 'rejected');
    const verdict = story.last('verdict', about);
    const decided = links.maybe('verdict', verdict, place);
    for (const opinion of story.all('opinion', about).toReversed())
      if (opinion.statement.predicate.verdict !== 'approve') links.add('opinion', opinion, decided);
    for (const checks of story.all('checks', about))
      if (!checks.statement.predicate.passed) links.add('checks', checks, decided, 'rejected');
  }
}

function linkCause(links: ChainLinks, story: Story, motion: ReadEntry, of: number): void {
  const before = ({ index }: ReadEntry): boolean => index < motion.index;
  const diagnosis = story.last('diagnosis', before);
  const diagnosed = links.maybe('diagnosis', diagnosis, of);
  const confirmation = story.last(
    'attestation',
    (entry) => before(entry) && entry.statement.predicate.about === 'confirmation',
  );
  links.maybe('confirmation', confirmation, diagnosed);
  links.maybe('failure', diagnosis && story.named(diagnosis.statement.subject), diagnosed);
}
