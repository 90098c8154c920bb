import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import { debatedIn, inPhase, openingsOf, type Opening } from './opening.ts';

/** Two votes, each by commitment and reveal; the second rests on what the first had found, and says what changed a mind. */
export function voteFindings(chain: Chain): Finding[] {
  const openings = openingsOf(chain);
  const known = new Set(openings.flatMap(({ opinions }) => opinions));
  return [
    ...chain
      .all('opinion')
      .filter((opinion) => !known.has(opinion))
      .map((opinion) =>
        findingAt(opinion, 'opinion-motion', 'Nothing had been put to the vote that this could be about.'),
      ),
    ...openings.flatMap((opening) =>
      opening.opinions.flatMap((opinion) => [
        ...evidenceFindings(opening, opinion),
        ...commitmentFindings(opening, opinion),
        ...(opinion.statement.predicate.phase === 'blind'
          ? firstFindings(opening, opinion)
          : secondFindings(opening, opinion)),
      ]),
    ),
  ];
}

function evidenceFindings({ motion }: Opening, opinion: Fact<'opinion'>): Finding[] {
  const { evidence, trustPolicy } = opinion.statement.predicate;
  const frozen = motion.statement.predicate;
  if (evidence === frozen.evidence && trustPolicy === frozen.trustPolicy) return [];
  return [
    findingAt(
      opinion,
      'opinion-evidence',
      'The reviewer judged by other evidence, or another policy, than was frozen.',
    ),
  ];
}

function roundOf({ commitments }: Opening, { statement }: Fact<'opinion'>): Fact<'commitment'>[] {
  return commitments.filter((one) => one.statement.predicate.round === statement.predicate.round);
}

/** Blind means: everybody was bound before anybody could read. */
function commitmentFindings(opening: Opening, opinion: Fact<'opinion'>): Finding[] {
  const round = roundOf(opening, opinion);
  const own = round.filter(({ principal }) => principal.name === opinion.principal.name);
  const findings: Finding[] = [];
  if (own.length !== 1 || (own[0]?.index ?? opinion.index) >= opinion.index)
    findings.push(findingAt(opinion, 'commitment', 'The reviewer had not bound itself, once, before this opinion.'));
  if (round.some(({ index }) => index > opinion.index))
    findings.push(findingAt(opinion, 'blind', 'Somebody could read this opinion before committing to an own one.'));
  return findings;
}

function firstFindings(opening: Opening, opinion: Fact<'opinion'>): Finding[] {
  const { changedFrom, because } = opinion.statement.predicate;
  const findings: Finding[] = [];
  if (changedFrom !== null || because.length > 0)
    findings.push(findingAt(opinion, 'changed-from', 'A first vote has nothing that it could have changed from.'));
  const round = roundOf(opening, opinion);
  if (opening.rebuttals.some(({ index }) => round.some((bound) => bound.index > index)))
    findings.push(
      findingAt(opinion, 'blind', 'The vote was called blind, and the proposer had already answered to findings.'),
    );
  return findings;
}

function secondFindings(opening: Opening, opinion: Fact<'opinion'>): Finding[] {
  const { verdict, changedFrom } = opinion.statement.predicate;
  const from = Math.min(...roundOf(opening, opinion).map(({ index }) => index), opinion.index);
  const blind = inPhase(opening, 'blind');
  const first = blind.findLast(({ index, principal }) => index < from && principal.name === opinion.principal.name);
  if (!first) return [findingAt(opinion, 'second-blind', 'Who votes a second time had not voted blind before.')];
  const said = first.statement.predicate.verdict;
  const findings: Finding[] = [];
  if (changedFrom !== (said === verdict ? null : said))
    findings.push(findingAt(opinion, 'changed-from', `The first vote was ${said}; this one says otherwise.`));
  if (!opening.rebuttals.some(({ index }) => index < from) || blind.some(({ index }) => index > from))
    findings.push(
      findingAt(
        opinion,
        'second-rebuttal',
        'The second vote began before all had voted and the proposer had answered.',
      ),
    );
  return [...findings, ...causeFindings(opening, opinion, from)];
}

/** Findings and their tests have ids of this form; what else is named, places in the plan, only the sealed words know. */
const IN_LOG = /^[fc]-[0-9a-f]{8}$/;

function causeFindings(opening: Opening, opinion: Fact<'opinion'>, from: number): Finding[] {
  const known = new Set([
    ...debatedIn(opening, from),
    ...opening.tests.filter(({ index }) => index < from).map(({ statement }) => statement.predicate.check),
  ]);
  const unknown = opinion.statement.predicate.because.filter((cause) => IN_LOG.test(cause) && !known.has(cause));
  return unknown.map((cause) =>
    findingAt(opinion, 'cause', `It names ${cause} as its cause, which nobody had found or tested before.`),
  );
}
