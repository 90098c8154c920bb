import type { Json } from '@duovir/protocol';
import type { Orders } from './orders.ts';

/** Denies whatever was found, at first with evidence that does not exist, then with any that does. */
export function obeyingRebuttals({ text }: Orders, findings: readonly string[]): Json[] {
  const refuting = (evidence: readonly string[], claim: string): Json => ({
    answers: findings.map((finding) => ({ finding, kind: 'refute', claim, evidence })),
  });
  return [
    { answers: [{ finding: 'all', kind: 'accept', claim: text, evidence: [] }] },
    refuting(['/approved', 'officer'], text),
    refuting(['/steps/0'], text),
  ];
}
