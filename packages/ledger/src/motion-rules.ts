import { riskClassSchema, type RiskClass } from '@duovir/protocol';
import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** More talk than this does not make plans better, only dearer. */
const MOST_REVISIONS = 2;

/** What motions rest on: the request that a person has signed, and the plan they change. */
export function motionFindings(chain: Chain): Finding[] {
  return [
    ...chain
      .all('motion')
      .flatMap((motion) => [...previousFindings(chain, motion), ...revisionFindings(chain, motion)]),
    ...chain
      .all('verdict')
      .filter(({ statement }) => statement.predicate.verdict === 'carried')
      .flatMap((verdict) => intentFindings(chain, verdict)),
  ];
}

/** A patch changes a plan that was carried; a revision one that was put to the vote. */
function previousFindings(chain: Chain, motion: Fact<'motion'>): Finding[] {
  const { run, predicate } = motion.statement;
  const { kind, previous } = predicate;
  const hasEarlier =
    previous !== null && chain.about('motion', run, previous).some(({ index }) => index < motion.index);
  const wasCarried =
    previous !== null &&
    chain
      .about('verdict', run, previous)
      .some(({ index, statement }) => index < motion.index && statement.predicate.verdict === 'carried');
  if (kind === 'heal' ? wasCarried : previous === null || hasEarlier) return [];
  return [
    findingAt(
      motion,
      'motion-previous',
      `The ${kind === 'heal' ? 'patch' : 'revision'} does not rest on a plan of this run.`,
    ),
  ];
}

function revisionFindings(chain: Chain, motion: Fact<'motion'>): Finding[] {
  let revisions = 0;
  for (let at: Fact<'motion'> | undefined = motion; at && revisions <= MOST_REVISIONS; revisions += 1) {
    const { run, predicate }: Fact<'motion'>['statement'] = at.statement;
    if (predicate.kind === 'heal' || predicate.previous === null) return [];
    const before: number = at.index;
    at = chain.about('motion', run, predicate.previous).findLast(({ index }) => index < before);
  }
  if (revisions <= MOST_REVISIONS) return [];
  return [findingAt(motion, 'revisions', `The plan was revised more than ${MOST_REVISIONS} times.`)];
}

const weight = (riskClass: RiskClass): number => riskClassSchema.options.indexOf(riskClass);

/** From the class that the policy names on, no server can ask in somebody's name. */
function intentFindings(chain: Chain, verdict: Fact<'verdict'>): Finding[] {
  const { run, predicate } = verdict.statement;
  if (weight(predicate.riskClass) < weight(verdict.policy.requests.signedFrom)) return [];
  const [request] = chain.inRun('request', run);
  if (!request) return [];
  const named = request.statement.predicate.intent;
  const intent = named === null ? undefined : chain.named(named, 'intent');
  const [plan] = chain.inRun('plan', run);
  const { requester } = request.statement.predicate;
  if (
    intent &&
    intent.statement.run === run &&
    intent.principal.name === requester &&
    intent.statement.predicate.requester === requester &&
    intent.index < (plan?.index ?? verdict.index)
  )
    return [];
  return [
    findingAt(
      verdict,
      'intent',
      `${requester} is said to have asked for this, and has not signed it before it was planned.`,
    ),
  ];
}
