import { numberFindings, reaches, type FindingDraft } from '@duovir/policy';
import type { FindingDetail, OpinionDetail, Predicate } from '@duovir/protocol';
import type { Provenance } from '../brain/provenance.ts';
import { reviewRules, type Mandate } from './catalogue.ts';
import { withinMandate } from './mandate.ts';
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
export function unchanged({ verdict, abstention, detail }: Judgement, provenance: Provenance): Reasoned {
  return { verdict, abstention, detail, provenance, changedFrom: null, because: [] };
}

/** Where a rule has found something wrong. */
export interface Found {
  readonly rule: ReviewRule;
  readonly look: Look;
  readonly finding: FindingDraft;
}

/** All that the rules of one mandate have looked at. */
export interface Inspection {
  readonly mandate: Mandate;
  readonly places: number;
  readonly found: readonly Found[];
}

/** What one mandate makes of a motion: every rule over every place, the same for the same bytes. */
export function judge(mandate: Mandate, subject: ReviewSubject): Judgement {
  return conclude(inspect(mandate, subject));
}

export function inspect(mandate: Mandate, subject: ReviewSubject): Inspection {
  let places = 0;
  const found: Found[] = [];
  for (const rule of reviewRules[mandate])
    for (const look of rule.look(subject)) {
      places += 1;
      if (look.claim !== undefined) found.push({ rule, look, finding: draftOf(rule, look) });
    }
  return { mandate, places, found };
}

export function conclude({ mandate, places, found }: Inspection): Judgement {
  const findings = numberFindings(found.map(({ finding }) => finding));
  return withinMandate(mandate, {
    ...verdictOf(places, findings),
    detail: { rationale: rationaleOf(mandate, places, findings), findings },
  });
}

function draftOf(rule: ReviewRule, { step, at, claim = '', severity, suggestion, check }: Look): FindingDraft {
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    step,
    claim: claim.slice(0, 800),
    evidence: [at.slice(0, 256)],
    ...(suggestion === undefined ? {} : { suggestion: suggestion.slice(0, 800) }),
    ...(check === undefined ? {} : { check }),
  };
}

/** Who has found nothing to look at has no opinion; silence is not approval (Invariant 6). */
function verdictOf(places: number, findings: readonly FindingDetail[]): Pick<Judgement, 'verdict' | 'abstention'> {
  if (places === 0) return { verdict: 'abstain', abstention: 'nothing-known' };
  return { verdict: reaches(findings, 'high') ? 'reject' : 'approve', abstention: null };
}

function rationaleOf(mandate: Mandate, places: number, findings: readonly FindingDetail[]): string {
  const rules = reviewRules[mandate].length;
  if (places === 0) return `None of the ${rules} ${mandate} rules found anything in this motion they know.`;
  const looked = `Looked at ${places} places by ${rules} ${mandate} rules`;
  const [gravest] = findings;
  if (!gravest) return `${looked} and found nothing wrong.`;
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  const where = gravest.step === null ? '' : ` (step ${gravest.step})`;
  return `${looked}: ${count}. Gravest, ${gravest.severity}: ${gravest.claim}${where}`.slice(0, 800);
}
