import { detect, type SensitiveSpan } from '@duovir/egress';
import type { Case, LabelledSpan } from './case.ts';

/** Types of labels that are hardly secrets and stay out of the headline. */
const SOFT = new Set([
  'UUID',
  'Nonce',
  'Salt',
  'AWS S3 Bucket',
  'Firebase Domain',
  'Tencent WeChat API App ID',
  'AWS Client ID',
]);

export interface SpanGrade {
  readonly span: LabelledSpan;
  readonly isHard: boolean;
  /** `full`: each character lies in a finding; `any`: some do. A clean span that only findings touch is a `false-hit`. */
  readonly result: 'full' | 'any' | 'missed' | 'false-hit' | 'quiet';
  readonly isBlocked: boolean;
}

export interface Grade {
  readonly case: Case;
  readonly spans: readonly SpanGrade[];
  /** Characters in findings that touch no secret. */
  readonly overRedacted: number;
  readonly riskLinesFound: number;
}

type Place = Pick<LabelledSpan, 'start' | 'end'>;

export function gradeCase(one: Case): Grade {
  const findings = detect(one.text);
  const secrets = one.spans.filter(({ label }) => label !== 'clean');
  const stray = findings.filter((finding) => !secrets.some((secret) => touches(finding, secret)));
  return {
    case: one,
    spans: one.spans.map((span) => gradeSpan(span, findings, secrets)),
    overRedacted: stray.reduce((sum, { start, end }) => sum + end - start, 0),
    riskLinesFound: Math.min(one.riskLines ?? 0, linesWithFindings(one.text, findings).size),
  };
}

function gradeSpan(
  span: LabelledSpan,
  findings: readonly SensitiveSpan[],
  secrets: readonly LabelledSpan[],
): SpanGrade {
  const isHard = span.label === 'secret' && span.type.split(':').some((part) => !SOFT.has(part));
  const isExcused = span.label === 'clean' && secrets.some((secret) => touches(secret, span));
  const hits = isExcused ? [] : findings.filter((finding) => touches(finding, span));
  const isBlocked = hits.some(({ tier }) => tier === 'block');
  if (span.label === 'clean') return { span, isHard, isBlocked, result: hits.length > 0 ? 'false-hit' : 'quiet' };
  if (hits.length === 0) return { span, isHard, isBlocked, result: 'missed' };
  const isFull = span.label === 'contains' || coveredFrom(span.start, hits) >= span.end;
  return { span, isHard, isBlocked, result: isFull ? 'full' : 'any' };
}

/** Up to where the findings, in order, leave no gap. */
function coveredFrom(start: number, hits: readonly SensitiveSpan[]): number {
  return hits.reduce((covered, hit) => (hit.start <= covered ? Math.max(covered, hit.end) : covered), start);
}

function touches(one: Place, other: Place): boolean {
  return one.start < other.end && one.end > other.start;
}

/** A private key counts once, however many lines it has. */
function linesWithFindings(text: string, findings: readonly SensitiveSpan[]): Set<number> {
  const lines = new Set<number>();
  for (const { start, end, kind } of findings) {
    const first = text.slice(0, start).split('\n').length;
    const count = kind === 'key' ? 1 : text.slice(start, end).split('\n').length;
    for (let line = first; line < first + count; line += 1) lines.add(line);
  }
  return lines;
}
