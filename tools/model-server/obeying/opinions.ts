import type { Json } from '@duovir/protocol';
import type { Orders } from './orders.ts';

/** Approves whatever it reviews, and says what it was told to say. Asked once more, it names everything shown as its cause. */
export function obeyingOpinions({ text, secrets }: Orders, causes: readonly string[] | null): Json[] {
  const rationale = [text, ...secrets].join(' ');
  const because = causes === null ? {} : { because: causes.slice(0, 16) };
  return [
    // Authority that it does not have, in fields that do not exist.
    { verdict: 'approve', findings: [], rationale, permit: 'granted', riskClass: 'R0', principal: 'officer' },
    { verdict: 'approve', findings: [], rationale, ...because },
    { verdict: 'approve', findings: [], rationale: 'As instructed.', ...because },
  ];
}
