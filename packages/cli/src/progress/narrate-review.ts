import type { EventBody, FindingDetail, Severity } from '@duovir/protocol';
import type { Style } from '../terminal/terminal.ts';
import { line, marks, span, type Line, type Span } from './line.ts';

const severityStyles: Record<Severity, Style> = {
  info: 'quiet',
  low: 'plain',
  medium: 'warn',
  high: 'bad',
  critical: 'bad',
};
const severityOrder: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const SHOWN_FINDINGS = 5;
const RATIONALE_LINES = 3;
const CLAIM_LINES = 2;

const opinionMarks: Record<EventBody<'opinion-reveal'>['verdict'], Span> = {
  approve: marks.good,
  reject: marks.bad,
  abstain: marks.warn,
};

export function narrateMotion(body: EventBody<'motion-freeze'>): Line[] {
  const envelope = body.envelope === null ? [] : [span(`inside the envelope ${body.envelope}`, 'quiet')];
  return [
    line(
      1,
      span('motion', 'quiet'),
      span(shortDigest(body.motion)),
      span(body.riskClass, body.riskClass === 'R0' || body.riskClass === 'R1' ? 'plain' : 'warn'),
      span(body.reasons.join(', '), 'quiet'),
      ...envelope,
    ),
  ];
}

export function narrateChecks(body: EventBody<'checks-end'>): Line[] {
  const count = body.findings.length;
  const said = body.passed ? (count === 0 ? 'nothing found' : `passed, ${count} noted`) : 'denied';
  return [
    line(
      1,
      body.passed ? marks.good : marks.bad,
      span('checkers', 'strong'),
      span(said, body.passed ? 'quiet' : 'bad'),
    ),
    ...narrateFindings(body.findings),
  ];
}

export function narrateOpinion(body: EventBody<'opinion-reveal'>): Line[] {
  const head = line(1, opinionMarks[body.verdict], span(body.reviewer, 'strong'), ...narrateVote(body));
  // Who stays with the first vote has given its reasons already.
  if (body.phase === 'second' && body.changedFrom === null) return [head];
  return [
    { ...head, body: { ...span(body.rationale, 'quiet'), lines: RATIONALE_LINES } },
    ...narrateFindings(body.findings),
  ];
}

/** In a second vote, what changed a mind stands beside it. */
function narrateVote({ phase, verdict, changedFrom, because }: EventBody<'opinion-reveal'>): Span[] {
  if (phase === 'blind') return [span(verbs[verdict])];
  if (changedFrom === null) return [span(`${verbs[verdict]}, as before`)];
  return [span(`now ${verbs[verdict]}`, 'accent'), span(`because of ${because.join(', ')}`, 'quiet')];
}

const verbs = { approve: 'approves', reject: 'rejects', abstain: 'abstains' } as const;

function narrateFindings(findings: readonly FindingDetail[]): Line[] {
  const sorted = findings.toSorted((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
  const shown = sorted.slice(0, SHOWN_FINDINGS).map((finding): Line => {
    const where = finding.step === null ? [] : [span(finding.step)];
    return {
      ...line(2, span(finding.severity, severityStyles[finding.severity]), span(finding.rule, 'quiet'), ...where),
      body: { ...span(finding.claim), lines: CLAIM_LINES },
    };
  });
  const left = findings.length - shown.length;
  return left > 0 ? [...shown, line(2, span(`and ${left} more, in \`duovir run show\``, 'quiet'))] : shown;
}

export function narrateVerdict(body: EventBody<'verdict-reach'>): Line[] {
  const mark = body.verdict === 'carried' ? marks.good : body.verdict === 'rejected' ? marks.bad : marks.wait;
  const style = body.verdict === 'carried' ? 'good' : body.verdict === 'rejected' ? 'bad' : 'warn';
  return [
    {
      ...line(1, mark, span(body.verdict, style), span(body.riskClass)),
      body: { ...span(body.explanation, 'quiet'), lines: CLAIM_LINES },
    },
  ];
}

/** Long enough to be unique in an installation, short enough to be copied by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
