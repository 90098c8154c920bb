import { standingVotes, type DebateView } from '@duovir/protocol';
import type { TrustPort } from '@duovir/engine';
import type { ReadEntry } from '../api/run-entries.ts';
import type { Documents } from '../store/documents.ts';
import { opinionWords } from './opinion-words.ts';

type Vote = DebateView['votes'][number];

/**
 * Every vote on the motion, in order. `opening`: the entry with which it was last put to the vote; what was said about an
 * earlier opening stands no more.
 */
export async function votesOf(
  { documents, trust }: { readonly documents: Pick<Documents, 'committed'>; readonly trust: TrustPort },
  opinions: readonly ReadEntry<'opinion'>[],
  opening: number,
): Promise<Vote[]> {
  const counted = opinions
    .filter(({ index }) => index > opening)
    .map(({ index, principal, statement }) => ({ index, principal, ...statement.predicate }));
  // Under the policy of the motion as it was last put to the vote.
  const policy = trust.known(counted.at(-1)?.trustPolicy ?? trust.current().digest)?.policy ?? trust.current().policy;
  const standing = new Set(standingVotes(counted, policy).map(({ index }) => index));
  return Promise.all(
    opinions.map(async ({ index, principal, statement: { run, predicate } }): Promise<Vote> => {
      const { mandate, phase, brain, verdict, changedFrom, because, shown } = predicate;
      const { rationale, findings } = await opinionWords(documents, run, predicate.commitment);
      const enrolled = trust
        .known(predicate.trustPolicy)
        ?.policy.principals.find(({ name, role }) => name === principal && role === 'reviewer');
      return {
        reviewer: principal,
        mandate,
        group: enrolled?.group ?? 'unknown',
        phase,
        brain,
        verdict,
        changedFrom,
        because,
        stands: standing.has(index),
        shown,
        rationale,
        findings,
        entry: index,
      };
    }),
  );
}
