import type { Chain } from './chain.ts';
import { findingAt, type Finding } from './finding.ts';
import { debatedIn, openingsOf, proposalOf, type Opening } from './opening.ts';

/** Between the votes: the proposer answers once to what was found, and what was found is put to the test. */
export function debateFindings(chain: Chain): Finding[] {
  return openingsOf(chain).flatMap((opening) => [
    ...rebuttalFindings(chain, opening),
    ...testFindings(opening),
    ...withdrawalFindings(opening),
  ]);
}

function rebuttalFindings(chain: Chain, { motion, rebuttals }: Opening): Finding[] {
  const proposer = proposalOf(chain, motion)?.principal.name;
  return rebuttals.flatMap((rebuttal, at) => {
    const findings: Finding[] = [];
    if (rebuttal.principal.name !== proposer)
      findings.push(
        findingAt(rebuttal, 'rebuttal-proposer', 'Somebody else than its proposer answered for the motion.'),
      );
    if (at > 0)
      findings.push(findingAt(rebuttal, 'rebuttal-once', 'The proposer had its say about this motion twice.'));
    return findings;
  });
}

function testFindings(opening: Opening): Finding[] {
  return opening.tests
    .filter((test) => !debatedIn(opening, test.index).has(test.statement.predicate.finding))
    .map((test) => findingAt(test, 'check-finding', 'A finding was tested that nobody had made.'));
}

/** Who promises to mend a motion has taken it back. */
function withdrawalFindings({ rebuttals, verdicts }: Opening): Finding[] {
  const fix = rebuttals.find(({ statement }) => statement.predicate.answers.some(({ kind }) => kind === 'fix'));
  const carried = verdicts.filter(({ statement }) => statement.predicate.verdict === 'carried');
  return carried
    .filter(({ index }) => fix !== undefined && fix.index < index)
    .map((verdict) => findingAt(verdict, 'withdrawn', 'The motion was carried after its proposer had taken it back.'));
}
