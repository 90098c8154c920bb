import type { Chain } from './chain.ts';
import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

type Egress = Fact<'egress'>;
type End = Fact<'egress-end'>;

/** What left was asked for by its agent, on a route that the officer opened, and while nobody had stopped it (Invariant 7). */
export function egressFindings(chain: Chain): Finding[] {
  const tries = new Map<string, Egress>();
  const findings: Finding[] = [];
  const isStopped = stopsOf(chain);
  for (const egress of chain.all('egress')) {
    const key = tryOf(egress);
    if (tries.has(key)) findings.push(findingAt(egress, 'egress-unique', 'One try of a call left twice.'));
    else tries.set(key, egress);
    findings.push(...routeFindings(egress), ...questionFindings(chain, egress));
    if (isStopped(egress.index) && !neverLeft(chain, egress))
      findings.push(
        findingAt(egress, 'model-stop', 'Bytes left for a model after a person had stopped all model calls.'),
      );
  }
  return [...findings, ...endFindings(chain, tries)];
}

function tryOf({ statement: { run, predicate } }: Egress | End): string {
  return `${run} ${predicate.call} ${predicate.try}`;
}

function routeFindings(egress: Egress): Finding[] {
  const { policy, statement } = egress;
  const { model: alias, provider, dataClass, principal: name } = statement.predicate;
  const model = policy.egress.models.find((listed) => listed.alias === alias);
  const findings: Finding[] = [];
  if (!model || model.provider !== provider)
    findings.push(findingAt(egress, 'egress-model', `The trust policy lists no model ${alias} of ${provider}.`));
  if (!policy.egress.allowed.includes(dataClass) || model?.dataClasses.includes(dataClass) === false)
    findings.push(findingAt(egress, 'egress-data-class', `What is ${dataClass} may not leave for ${alias}.`));
  const principal = policy.principals.find((enrolled) => enrolled.name === name);
  if (principal?.brain?.kind !== 'model' || principal.brain.model !== alias)
    findings.push(findingAt(egress, 'egress-principal', `The trust policy does not let ${name} think with ${alias}.`));
  return findings;
}

function questionFindings(chain: Chain, egress: Egress): Finding[] {
  const { run, predicate } = egress.statement;
  const asked = chain
    .about('model-question', run, predicate.question)
    .some(
      ({ index, principal, statement }) =>
        index < egress.index &&
        principal.name === predicate.principal &&
        statement.predicate.purpose === predicate.purpose,
    );
  if (asked) return [];
  return [findingAt(egress, 'egress-question', `${predicate.principal} had not asked this question before it left.`)];
}

/** Whether all model calls were stopped at an index. */
function stopsOf(chain: Chain): (index: number) => boolean {
  const switches = [...chain.ofLog('model-stop'), ...chain.ofLog('model-resume')].toSorted(
    (left, right) => left.index - right.index,
  );
  return (index) => switches.findLast((fact) => fact.index < index)?.statement.kind === 'model-stop';
}

/** An entry that was under way when the stop came: its bytes stayed here, for it was aborted before it cost anything. */
function neverLeft(chain: Chain, egress: Egress): boolean {
  const { run, predicate } = egress.statement;
  return chain
    .inCall('egress-end', run, predicate.call)
    .map(({ statement }) => statement.predicate)
    .some(
      (end) => end.try === predicate.try && end.outcome === 'aborted' && end.status === null && end.spent.tokens === 0,
    );
}

/** Each try ends at most once, after it began, about the same bytes, within what was reserved for it (Invariant 8). */
function endFindings(chain: Chain, tries: ReadonlyMap<string, Egress>): Finding[] {
  const ended = new Set<string>();
  return chain.all('egress-end').flatMap((end) => {
    const key = tryOf(end);
    const egress = tries.get(key);
    const isSecond = ended.has(key);
    ended.add(key);
    if (isSecond) return [findingAt(end, 'egress-once', 'This try of a call had ended before.')];
    if (!egress || egress.index > end.index || egress.statement.subject !== end.statement.subject)
      return [findingAt(end, 'egress-end', 'It ends a try of a call whose bytes had not left before.')];
    const { reserved } = egress.statement.predicate;
    const { spent } = end.statement.predicate;
    if (spent.tokens > reserved.tokens || spent.microUsd > reserved.microUsd)
      return [findingAt(end, 'egress-reserved', 'It cost more than the worst case that was reserved for it.')];
    return [];
  });
}
