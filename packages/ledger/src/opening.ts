import { debatedId } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';

/**
 * One time a motion was put to the vote. Where the target drifts, or another trust policy comes into force, the same plan is
 * frozen again, and what was said about it before counts no more.
 */
export interface Opening {
  readonly motion: Fact<'motion'>;
  readonly commitments: readonly Fact<'commitment'>[];
  readonly opinions: readonly Fact<'opinion'>[];
  readonly rebuttals: readonly Fact<'rebuttal'>[];
  readonly tests: readonly Fact<'finding-check'>[];
  readonly verdicts: readonly Fact<'verdict'>[];
  /** Of people: they may have said it about an earlier opening, under the same policy. */
  readonly approvals: readonly Fact<'approval'>[];
}

export function openingsOf(chain: Chain): Opening[] {
  return chain.all('motion').map((motion) => {
    const { run, subject, predicate } = motion.statement;
    const next = chain.about('motion', run, subject).find(({ index }) => index > motion.index);
    const isWithin = ({ index }: Fact): boolean => index > motion.index && (!next || index < next.index);
    return {
      motion,
      commitments: chain.about('commitment', run, subject).filter(isWithin),
      opinions: chain.about('opinion', run, subject).filter(isWithin),
      rebuttals: chain.about('rebuttal', run, subject).filter(isWithin),
      tests: chain.about('finding-check', run, subject).filter(isWithin),
      verdicts: chain.about('verdict', run, subject).filter(isWithin),
      approvals: chain
        .about('approval', run, subject)
        .filter(({ statement }) => statement.predicate.trustPolicy === predicate.trustPolicy),
    };
  });
}

export function inPhase({ opinions }: Opening, phase: 'blind' | 'second'): Fact<'opinion'>[] {
  return opinions.filter(({ statement }) => statement.predicate.phase === phase);
}

/** The statement of who wrote what is voted on. */
export function proposalOf(
  chain: Chain,
  { statement: { run, subject }, index }: Fact<'motion'>,
): Fact<'plan'> | undefined {
  return chain.about('plan', run, subject).findLast((plan) => plan.index < index);
}

/** What the debate may name: ids of the findings of those who had voted before an index. */
export function debatedIn({ motion, opinions }: Opening, before: number): ReadonlySet<string> {
  const { subject } = motion.statement;
  return new Set(
    opinions
      .filter(({ index }) => index < before)
      .flatMap(({ statement }) => statement.predicate.findings.map((found) => debatedId(subject, found))),
  );
}
