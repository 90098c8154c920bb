import {
  debatedId,
  digestOf,
  type DebatedFinding,
  type Digest,
  type FindingDetail,
  type Severity,
} from '@duovir/protocol';

const MOST_FINDINGS = 64;
/** Long claims win arguments by their length (arXiv 2306.05685). */
const CLAIM_LENGTH = 400;

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * What was found, as it may be talked about: from whom is left out, of one rule and step the gravest stands, and the id says
 * neither who nor when.
 */
export function debatedFindings(motion: Digest, findings: readonly FindingDetail[]): DebatedFinding[] {
  const gravestFirst = findings.toSorted(
    (left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity),
  );
  const distinct = new Map<string, DebatedFinding>();
  for (const { rule, severity, step, claim, evidence, suggestion, check } of gravestFirst) {
    const id = debatedId(motion, { rule, step });
    if (distinct.has(id)) continue;
    distinct.set(id, {
      id,
      rule,
      severity,
      step,
      claim: claim.slice(0, CLAIM_LENGTH),
      evidence,
      ...(suggestion === undefined ? {} : { suggestion: suggestion.slice(0, CLAIM_LENGTH) }),
      ...(check === undefined ? {} : { check }),
    });
  }
  return [...distinct.values()].slice(0, MOST_FINDINGS).toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

/** An order of its own for each reader: what stands first convinces most. The same for the same reader, however often asked. */
export function orderFor(reader: string, findings: readonly DebatedFinding[]): DebatedFinding[] {
  const place = new Map(findings.map(({ id }) => [id, digestOf({ reader, id })]));
  return findings.toSorted((left, right) => ((place.get(left.id) ?? '') < (place.get(right.id) ?? '') ? -1 : 1));
}
