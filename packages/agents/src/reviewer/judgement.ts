import { numberFindings, reaches, type FindingDraft } from '@duovir/policy';
import type { FindingDetail, OpinionDetail, Predicate } from '@duovir/protocol';
import type { Provenance } from '../brain/provenance.ts';
import { reviewRules, type Mandate } from './catalogue.ts';
import type { Look, ReviewRule } from './rule.ts';
import type { ReviewSubject } from './subject.ts';

type Opinion = Predicate<'opinion'>;

export interface Judgement {
  readonly verdict: Opinion['verdict'];
  /** Why there is no opinion; null where there is one. */
  readonly abstention: Opinion['abstention'];
  readonly detail: OpinionDetail;
}

/** A judgement, and what it was thought with. */
export interface Reasoned extends Judgement {
  readonly provenance: Provenance;
  /** Of a second vote: the first verdict where it differs, and what changed it. */
  readonly changedFrom: Opinion['changedFrom'];
  readonly because: Opinion['because'];
}

/** An opinion that nothing has changed: of the first vote, or the same again. */
export function unchanged(judgement: Judgement, provenance: Provenance): Reasoned {
  return { ...judgement, provenance, changedFrom: null, because: [] };
}

/** What one mandate makes of a motion: every rule over every place, the same for the same bytes. */
export function judge(mandate: Mandate, subject: ReviewSubject): Judgement {
  const rules = reviewRules[mandate];
  let places = 0;
  const drafts: FindingDraft[] = [];
  for (const rule of rules)
    for (const look of rule.look(subject)) {
      places += 1;
      if (look.claim !== undefined) drafts.push(draftOf(rule, look));
    }
  const findings = numberFindings(drafts);
  const verdict = verdictOf(places, findings);
  const abstention = verdict === 'abstain' ? 'nothing-known' : null;
  return {
    verdict,
    abstention,
    detail: { rationale: rationaleOf(mandate, verdict, rules.length, places, findings), findings },
  };
}

function draftOf(rule: ReviewRule, { step, at, claim = '', severity, suggestion }: Look): FindingDraft {
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    step,
    claim: claim.slice(0, 800),
    evidence: [at.slice(0, 256)],
    ...(suggestion === undefined ? {} : { suggestion: suggestion.slice(0, 800) }),
  };
}

/** Who has found nothing to look at has no opinion; silence is not approval (Invariant 6). */
function verdictOf(places: number, findings: readonly FindingDetail[]): Judgement['verdict'] {
  if (places === 0) return 'abstain';
  return reaches(findings, 'high') ? 'reject' : 'approve';
}

function rationaleOf(
  mandate: Mandate,
  verdict: Judgement['verdict'],
  rules: number,
  places: number,
  findings: readonly FindingDetail[],
): string {
  if (verdict === 'abstain') return `None of the ${rules} ${mandate} rules found anything in this motion they know.`;
  const looked = `Looked at ${places} places by ${rules} ${mandate} rules`;
  const [gravest] = findings;
  if (!gravest) return `${looked} and found nothing wrong.`;
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  const where = gravest.step === null ? '' : ` (step ${gravest.step})`;
  return `${looked}: ${count}. Gravest, ${gravest.severity}: ${gravest.claim}${where}`.slice(0, 800);
}
