import type { FindingDetail, Severity } from '@duovir/protocol';

/** A finding before it has its id, which depends on the list it ends up in. */
export type FindingDraft = Omit<FindingDetail, 'id'>;

/** Half of what one ledger entry takes: the lists of two checkers, or of a checker and a heal, fit into one. */
const MAX_FINDINGS = 32;
const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Whether one of the findings is at least that severe. */
export function reaches(findings: readonly { readonly severity: Severity }[], severity: Severity): boolean {
  return findings.some((finding) => severityRank(finding.severity) >= severityRank(severity));
}

/** The gravest first, numbered, cut where the ledger cuts: what is lost is never graver than what is kept. */
export function numberFindings(drafts: readonly FindingDraft[]): FindingDetail[] {
  return drafts
    .toSorted((left, right) => severityRank(right.severity) - severityRank(left.severity))
    .slice(0, MAX_FINDINGS)
    .map((draft, index) => ({ id: `${draft.rule.replaceAll('.', '-')}-${index + 1}`.slice(0, 96), ...draft }));
}

/** A checker's denial (Invariant 3): one finding of `high` or above, and no vote changes it. */
export function isDenied(findings: readonly { readonly severity: Severity }[]): boolean {
  return reaches(findings, 'high');
}
