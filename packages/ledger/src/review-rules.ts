import { speaksForGroup, type Principal } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import type { Finding } from './finding.ts';

const by = ({ index }: Fact, rule: string, consequence: string): Finding => ({ entry: index, rule, consequence });

/** Every carried motion was checked, and approved by enough independent principals who are not its author (Invariants 2 and 3). */
export function reviewFindings(chain: Chain): Finding[] {
  const carried = chain.all('verdict').filter(({ statement }) => statement.predicate.verdict === 'carried');
  return [
    ...carried.flatMap((verdict) => [
      ...checksFindings(chain, verdict),
      ...ballotFindings(chain, verdict),
      ...quorumFindings(chain, verdict),
    ]),
    ...chain.all('opinion').flatMap((opinion) => commitmentFindings(chain, opinion)),
  ];
}

/** No majority outvotes a checker. */
function checksFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const { run, subject } = verdict.statement;
  const checks = chain.about('checks', run, subject).filter(({ index }) => index < verdict.index);
  if (checks.length > 0 && checks.every(({ statement }) => statement.predicate.passed)) return [];
  return [by(verdict, 'checks-passed', 'The motion was carried although the checkers had not passed it.')];
}

const opinionsOf = (chain: Chain, verdict: Fact<'verdict'>): (Fact<'opinion'> | undefined)[] =>
  verdict.statement.predicate.opinions.map((digest) => chain.named(digest, 'opinion'));
const approvalsOf = (chain: Chain, verdict: Fact<'verdict'>): (Fact<'approval'> | undefined)[] =>
  verdict.statement.predicate.approvals.map((digest) => chain.named(digest, 'approval'));

/** All that was counted is in the log, earlier, in the same run, about the same bytes. */
function ballotFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const { run, subject } = verdict.statement;
  const counted = [...opinionsOf(chain, verdict), ...approvalsOf(chain, verdict)];
  return counted.flatMap((ballot) =>
    ballot && ballot.index < verdict.index && ballot.statement.run === run && ballot.statement.subject === subject
      ? []
      : [
          by(
            verdict,
            'verdict-ballots',
            'The verdict counts an opinion that is not in the log before it, about this motion.',
          ),
        ],
  );
}

/** Everybody who has authored or asked for what is voted on. */
function authorsOf(chain: Chain, verdict: Fact<'verdict'>): ReadonlySet<string> {
  const { run, subject } = verdict.statement;
  const proposers = chain.about('plan', run, subject).map(({ principal }) => principal.name);
  const requesters = chain.inRun('request', run).map(({ statement }) => statement.predicate.requester);
  return new Set([...proposers, ...requesters]);
}

interface Ballot {
  readonly principal: Principal;
  readonly verdict: 'approve' | 'reject' | 'abstain';
}

/** Each one counts once, and only who said nothing but yes. */
function approvers(ballots: readonly Ballot[], authors: ReadonlySet<string>): Principal[] {
  const principals = new Map(ballots.map(({ principal }) => [principal.name, principal]));
  return [...principals.values()].filter(
    ({ name }) =>
      !authors.has(name) && ballots.every((ballot) => ballot.principal.name !== name || ballot.verdict === 'approve'),
  );
}

function quorumFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const { riskClass } = verdict.statement.predicate;
  const rule = riskClass === 'R4' ? undefined : verdict.policy.quorum[riskClass];
  const [motion] = chain.about('motion', verdict.statement.run, verdict.statement.subject);
  if (!rule || !motion || motion.index > verdict.index || motion.statement.predicate.riskClass !== riskClass)
    return [
      by(verdict, 'verdict-class', 'The motion was carried under a risk class that is not its own, or has no rule.'),
    ];
  const authors = authorsOf(chain, verdict);
  const opinions = opinionsOf(chain, verdict).filter((opinion) => opinion !== undefined);
  const approvals = approvalsOf(chain, verdict).filter((approval) => approval !== undefined);
  const ballots = ({ principal, statement }: Fact<'opinion'> | Fact<'approval'>): Ballot => ({
    principal,
    verdict: statement.predicate.verdict,
  });
  const own = opinions.filter(({ principal, statement }) => speaksForGroup(principal, statement.predicate.brain));
  const reviewers = approvers(own.map(ballots), authors);
  const people = approvers(approvals.map(ballots), authors);
  const groups = new Set([...reviewers, ...people].map(({ group }) => group));
  const findings: Finding[] = [];
  if (reviewers.length < rule.approvals || people.length < rule.people || groups.size < rule.groups)
    findings.push(
      by(
        verdict,
        'quorum',
        `${reviewers.length} reviewers, ${people.length} people and ${groups.size} groups approved; ${rule.approvals}, ${rule.people} and ${rule.groups} are needed.`,
      ),
    );
  if (opinions.some(({ statement }) => statement.predicate.findings.some(({ severity }) => severity === 'critical')))
    findings.push(by(verdict, 'veto', 'The motion was carried over a critical finding.'));
  return findings;
}

/** Blind means: everybody was bound before anybody could read. */
function commitmentFindings(chain: Chain, opinion: Fact<'opinion'>): Finding[] {
  const { run, subject, predicate } = opinion.statement;
  const round = chain
    .about('commitment', run, subject)
    .filter(({ statement }) => statement.predicate.round === predicate.round);
  const own = round.filter(({ principal }) => principal.name === opinion.principal.name);
  const findings: Finding[] = [];
  if (own.length !== 1 || (own[0]?.index ?? opinion.index) >= opinion.index)
    findings.push(by(opinion, 'commitment', 'The reviewer had not bound itself, once, before this opinion.'));
  if (round.some(({ index }) => index > opinion.index))
    findings.push(by(opinion, 'blind', 'Somebody could read this opinion before committing to an own one.'));
  return findings;
}
