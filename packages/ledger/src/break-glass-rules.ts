import { riskClassSchema, trustPolicyDigest } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

const MINUTE_MS = 60_000;

/** Who breaks the glass keeps to what the policy allows, and what rests on it was done by enough people, for this, in time. */
export function breakGlassFindings(chain: Chain): Finding[] {
  return [
    ...chain.all('break-glass').flatMap(statementFindings),
    ...chain
      .all('verdict')
      .filter(({ statement }) => statement.predicate.breakGlass.length > 0 && statement.predicate.verdict === 'carried')
      .flatMap((verdict) => useFindings(chain, verdict)),
    ...chain.all('receipt').flatMap((receipt) => lateFindings(chain, receipt)),
  ];
}

function statementFindings(broken: Fact<'break-glass'>): Finding[] {
  const { statement, inForce } = broken;
  const { until, classes } = statement.predicate;
  const rule = inForce.policy.breakGlass;
  if (statement.subject !== inForce.digest || !rule)
    return [
      findingAt(broken, 'break-glass', 'The trust policy in force lets nobody break the glass, or is another one.'),
    ];
  const length = Date.parse(until) - Date.parse(statement.time);
  const allowed = new Set(riskClassSchema.options.filter((one) => rule.classes.some((listed) => listed === one)));
  if (length <= rule.minutes * MINUTE_MS && classes.every((one) => allowed.has(one))) return [];
  return [
    findingAt(broken, 'break-glass', 'The glass was broken for longer, or for more, than the trust policy allows.'),
  ];
}

/** The statements that a verdict names, as far as they had been made. */
export function grantsOf(chain: Chain, { index: before, statement }: Fact<'verdict'>): Fact<'break-glass'>[] {
  const named = statement.predicate.breakGlass.flatMap((digest) => chain.named(digest, 'break-glass') ?? []);
  return named.filter(({ index }) => index < before);
}

/** Those whose statements let a verdict do without reviewers: of one grant, for its class, and before their time was over. */
export function brokenBy(chain: Chain, verdict: Fact<'verdict'>): string[] {
  const { predicate, time } = verdict.statement;
  const named = grantsOf(chain, verdict);
  const ended = chain.ofLog('break-glass-end');
  const valid = named.filter(
    ({ statement: { predicate: said, subject } }) =>
      said.grant === named[0]?.statement.predicate.grant &&
      said.until >= time &&
      !ended.some((end) => end.index < verdict.index && end.statement.predicate.grant === said.grant) &&
      said.classes.includes(predicate.riskClass) &&
      subject === trustPolicyDigest(verdict.policy),
  );
  return [...new Set(valid.map(({ principal }) => principal.name))];
}

function useFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const people = brokenBy(chain, verdict);
  if (people.length === verdict.statement.predicate.breakGlass.length) return [];
  return [
    findingAt(
      verdict,
      'break-glass-use',
      'The glass was broken by too few people, for something else, or too long before.',
    ),
  ];
}

/** What was carried in an emergency is not carried out when the emergency is over; what was begun may be undone. */
function lateFindings(chain: Chain, receipt: Fact<'receipt'>): Finding[] {
  const { permit: id, purpose, startedAt } = receipt.statement.predicate;
  const permit = chain.permit(receipt.statement.run, id);
  const verdict = permit && chain.named(permit.statement.predicate.verdict, 'verdict');
  const named = verdict ? grantsOf(chain, verdict) : [];
  if (purpose !== 'apply' || named.every(({ statement }) => startedAt <= statement.predicate.until)) return [];
  return [
    findingAt(receipt, 'break-glass-use', 'It was done when the time was over for which the glass had been broken.'),
  ];
}
