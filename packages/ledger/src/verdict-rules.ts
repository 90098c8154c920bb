import { tally, type Ballot, type Tally } from '@duovir/protocol';
import { brokenBy } from './break-glass-rules.ts';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import { openingsOf, proposalOf, type Opening } from './opening.ts';

/** Every verdict counts what was said, all of it, and comes out as the rule says when it is counted again (Invariants 2 and 3). */
export function verdictFindings(chain: Chain): Finding[] {
  const openings = openingsOf(chain);
  const known = new Set(openings.flatMap(({ verdicts }) => verdicts));
  return [
    ...chain
      .all('verdict')
      .filter((verdict) => !known.has(verdict))
      .map((verdict) => findingAt(verdict, 'verdict-class', 'There is a verdict on what was never put to the vote.')),
    ...openings.flatMap((opening) =>
      opening.verdicts.flatMap((verdict) => [
        ...ballotFindings(chain, opening, verdict),
        ...(verdict.statement.predicate.verdict === 'carried' ? carriedFindings(chain, opening, verdict) : []),
      ]),
    ),
  ];
}

/** All that was counted is in the log, earlier, about this motion as it was frozen. */
function ballotFindings(chain: Chain, { opinions, approvals }: Opening, verdict: Fact<'verdict'>): Finding[] {
  const { predicate } = verdict.statement;
  const isKnown = (ballots: readonly Fact[], named: Fact | undefined): boolean =>
    named !== undefined && named.index < verdict.index && ballots.includes(named);
  const unknown = [
    ...predicate.opinions.filter((digest) => !isKnown(opinions, chain.named(digest, 'opinion'))),
    ...predicate.approvals.filter((digest) => !isKnown(approvals, chain.named(digest, 'approval'))),
  ];
  if (unknown.length === 0) return [];
  return [
    findingAt(
      verdict,
      'verdict-ballots',
      'The verdict counts an opinion that is not in the log before it, about this motion.',
    ),
  ];
}

function carriedFindings(chain: Chain, opening: Opening, verdict: Fact<'verdict'>): Finding[] {
  return [
    ...checksFindings(chain, verdict),
    ...withheldFindings(opening, verdict),
    ...roundFindings(opening, verdict),
    ...tallyFindings(chain, opening, verdict),
  ];
}

/** No majority outvotes a checker. */
function checksFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const { run, subject } = verdict.statement;
  const checks = chain.about('checks', run, subject).filter(({ index }) => index < verdict.index);
  if (checks.length > 0 && checks.every(({ statement }) => statement.predicate.passed)) return [];
  return [findingAt(verdict, 'checks-passed', 'The motion was carried although the checkers had not passed it.')];
}

const countedOpinions = ({ opinions }: Opening, { statement }: Fact<'verdict'>): Fact<'opinion'>[] =>
  opinions.filter(({ digest }) => statement.predicate.opinions.includes(digest));
const countedApprovals = ({ approvals }: Opening, { statement }: Fact<'verdict'>): Fact<'approval'>[] =>
  approvals.filter(({ digest }) => statement.predicate.approvals.includes(digest));

/**
 * Who counts leaves out no dissent. A vote that could not be finished is held again, and then what was said for the motion
 * in the broken one counts no more; what was said against it does.
 */
function withheldFindings(opening: Opening, verdict: Fact<'verdict'>): Finding[] {
  const counted = new Set<Fact>([...countedOpinions(opening, verdict), ...countedApprovals(opening, verdict)]);
  const rounds = new Set(countedOpinions(opening, verdict).map(({ statement }) => statement.predicate.round));
  const opinions = opening.opinions.filter(({ statement: { predicate } }) => {
    const isHarmless = predicate.verdict === 'approve' && predicate.findings.length === 0;
    return rounds.has(predicate.round) || !isHarmless;
  });
  const dissent = opening.approvals.filter(
    ({ index, statement }) => index > opening.motion.index && statement.predicate.verdict === 'reject',
  );
  const withheld = [...opinions, ...dissent].filter((said) => said.index < verdict.index && !counted.has(said));
  return withheld.map(({ principal }) =>
    findingAt(verdict, 'verdict-withheld', `The verdict leaves out what ${principal.name} had said about this motion.`),
  );
}

/** One blind vote and at most one after it: who asks until the answer pleases has not asked. */
function roundFindings(opening: Opening, verdict: Fact<'verdict'>): Finding[] {
  const counted = countedOpinions(opening, verdict).map(({ statement }) => statement.predicate);
  const rounds = new Set(counted.map(({ phase, round }) => `${phase} ${round}`));
  const phases = new Set(counted.map(({ phase }) => phase));
  if (rounds.size === phases.size) return [];
  return [findingAt(verdict, 'vote-again', 'The verdict counts opinions of more than one vote of the same kind.')];
}

function tallyFindings(chain: Chain, opening: Opening, verdict: Fact<'verdict'>): Finding[] {
  const { predicate } = verdict.statement;
  const motion = opening.motion.statement.predicate;
  if (opening.motion.inForce.digest !== motion.trustPolicy)
    return [
      findingAt(verdict, 'motion-policy', 'The motion was frozen under a trust policy that was no longer in force.'),
    ];
  const plan = proposalOf(chain, opening.motion);
  const [request] = chain.inRun('request', verdict.statement.run);
  if (motion.riskClass !== predicate.riskClass || motion.trustPolicy !== predicate.trustPolicy)
    return [
      findingAt(verdict, 'verdict-class', 'The motion was carried under another risk class or policy than its own.'),
    ];
  if (plan?.principal.role !== (motion.kind === 'heal' ? 'healer' : 'planner'))
    return [
      findingAt(verdict, 'motion-author', `No ${motion.kind === 'heal' ? 'healer' : 'planner'} had stated this plan.`),
    ];
  if (!request || request.index > opening.motion.index)
    return [findingAt(verdict, 'request', 'The motion was carried although nobody had asked for anything.')];
  const { policy } = verdict;
  const again = tally({
    rule: predicate.riskClass === 'R4' ? undefined : policy.quorum[predicate.riskClass],
    riskClass: predicate.riskClass,
    // The plan is sealed; that it touches cardholder data is one of the reasons for its class.
    dataClass: motion.reasons.includes('risk.cardholder-data') ? 'cardholder' : 'internal',
    opinions: countedOpinions(opening, verdict).map(({ principal, statement }): Ballot['opinions'][number] => ({
      principal: principal.name,
      ...statement.predicate,
    })),
    approvals: countedApprovals(opening, verdict).map(({ principal, statement }) => ({
      person: principal.name,
      verdict: statement.predicate.verdict,
    })),
    proposer: plan.principal.name,
    requester: request.statement.predicate.requester,
    brokenBy: brokenBy(chain, verdict),
    policy,
  });
  return recountFindings(verdict, again);
}

const VETOES: readonly Tally['reason'][] = [
  'verdict.critical-finding',
  'verdict.rejected-finding',
  'verdict.budget-exhausted',
  'verdict.person-rejected',
];

function recountFindings(verdict: Fact<'verdict'>, again: Tally): Finding[] {
  const { counted, reason } = verdict.statement.predicate;
  if (again.verdict !== 'carried')
    return [
      VETOES.includes(again.reason)
        ? findingAt(verdict, 'veto', `The motion was carried over a veto. ${again.explanation}`)
        : findingAt(verdict, 'quorum', `The motion was carried without its quorum. ${again.explanation}`),
    ];
  const isSame = (['reviewers', 'approvals', 'groups', 'people'] as const).every(
    (what) => counted[what] === again.counted[what],
  );
  if (isSame && reason === again.reason) return [];
  return [findingAt(verdict, 'verdict-count', `Counted again it comes to other numbers. ${again.explanation}`)];
}
