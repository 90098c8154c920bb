import { isDeepStrictEqual } from 'node:util';
import { atPointer, evaluateQuery } from '@duovir/policy';
import type { Debate, DebatedFinding } from '@duovir/protocol';
import { withoutModel } from '../brain/provenance.ts';
import type { Mandate } from './catalogue.ts';
import { conclude, inspect, type Found, type Judgement, type Reasoned } from './judgement.ts';
import { secondVote } from './second-vote.ts';
import type { ReviewSubject } from './subject.ts';

/**
 * The second vote by rules: all of them once more, without what has been shown not to be so. A rule believes nobody's
 * words, and the result of a test only where it can tell what was tested.
 */
export function judgeAgain(mandate: Mandate, subject: ReviewSubject, debate: Debate, first: Judgement): Reasoned {
  const inspection = inspect(mandate, subject);
  const settled = inspection.found.map((found) => ({ found, cause: causeAgainst(found, subject, debate) }));
  const standing = settled.flatMap(({ found, cause }) => (cause === undefined ? [found] : []));
  const causes = new Set(settled.flatMap(({ cause }) => cause ?? []));
  return secondVote(first, conclude({ ...inspection, found: standing }), [...causes].slice(0, 16), withoutModel());
}

/** What shows that the finding does not hold; undefined while it does. */
function causeAgainst(found: Found, subject: ReviewSubject, debate: Debate): string | undefined {
  const { rule, step } = found.finding;
  const debated = debate.findings.find((finding) => finding.rule === rule && finding.step === step);
  if (!debated) return undefined;
  const test = debate.checks.find(({ finding, outcome }) => finding === debated.id && outcome === 'disproved');
  if (test && isDisproved(found, debated, subject)) return test.id;
  return isRefuted(found, debated, subject, debate) ? debated.id : undefined;
}

/** A claim about bytes is looked up again; of a probe it must be this very one whose result is told. */
function isDisproved({ finding: { check } }: Found, debated: DebatedFinding, { plan }: ReviewSubject): boolean {
  if (check === undefined) return false;
  return check.means === 'query'
    ? evaluateQuery(plan, check.query) === 'disproved'
    : isDeepStrictEqual(debated.check, check);
}

function isRefuted(
  { rule, look }: Found,
  { id }: DebatedFinding,
  subject: ReviewSubject,
  { answers }: Debate,
): boolean {
  const cited = answers.flatMap(({ finding, kind, evidence }) => (finding === id && kind === 'refute' ? evidence : []));
  return cited.some((at) => {
    const value = atPointer(subject.plan, at);
    return value !== undefined && rule.refutedBy?.(subject, look, { at, value }) === true;
  });
}
