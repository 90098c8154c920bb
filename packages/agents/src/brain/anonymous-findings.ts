import { hash } from 'node:crypto';
import { canonicalJson, type FindingDetail } from '@duovir/protocol';

/** A finding without anything that tells who found it. */
export type AnonymousFinding = Pick<FindingDetail, 'id' | 'severity' | 'step' | 'claim' | 'evidence' | 'suggestion'>;

/**
 * Findings without names and rules, in an order that says nothing about who found them and is the same for the same
 * motion (threat: whoever revises pleases an author instead of looking at the evidence).
 */
export function anonymous(findings: readonly FindingDetail[], motion: string): AnonymousFinding[] {
  return findings
    .map(({ severity, step, claim, evidence, suggestion }) => ({
      severity,
      step,
      claim,
      evidence,
      ...(suggestion === undefined ? {} : { suggestion }),
    }))
    .map((finding) => ({ finding, place: hash('sha256', `${motion}\n${canonicalJson(finding)}`, 'hex') }))
    .toSorted((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ finding }, index) => ({ id: `F${index + 1}`, ...finding }));
}
