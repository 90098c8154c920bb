import { hash } from 'node:crypto';
import { canonicalJson, type DebatedFinding, type FindingDetail, type Rebuttal } from '@duovir/protocol';

/** A finding without anything that tells who found it: not even the rule, which tells by whose mandate. */
export type AnonymousFinding = Pick<FindingDetail, 'id' | 'severity' | 'step' | 'claim' | 'evidence' | 'suggestion'> & {
  /** What the reader itself has said to it. */
  readonly answer?: Pick<Rebuttal, 'kind' | 'claim' | 'evidence'>;
};

/** As the debate names it. */
export function withoutAuthor({ id, severity, step, claim, evidence, suggestion }: DebatedFinding): AnonymousFinding {
  return { id, severity, step, claim, evidence, ...(suggestion === undefined ? {} : { suggestion }) };
}

/**
 * Findings without names and rules, in an order that says nothing about who found them and is the same for the same
 * motion (threat: whoever revises pleases an author instead of looking at the evidence).
 */
export function anonymous(
  findings: readonly FindingDetail[],
  motion: string,
  answers: readonly Rebuttal[],
): AnonymousFinding[] {
  return findings
    .map((finding) => {
      const { id, ...said } = withoutAuthor(finding);
      return { said, answer: answers.find((answer) => answer.finding === id) };
    })
    .map(({ said, answer }) => ({ said, answer, place: hash('sha256', `${motion}\n${canonicalJson(said)}`, 'hex') }))
    .toSorted((left, right) => (left.place < right.place ? -1 : 1))
    .map(({ said, answer }, index) => ({ id: `F${index + 1}`, ...said, ...(answer ? { answer: shown(answer) } : {}) }));
}

function shown({ kind, claim, evidence }: Rebuttal): AnonymousFinding['answer'] & {} {
  return { kind, claim, evidence };
}
