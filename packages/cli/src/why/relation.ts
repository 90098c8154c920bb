import type { WhyLinkKind } from '@duovir/protocol';

/** What a link is to the one above it, read from above: the value is attested by the attestation. */
export const relations: Readonly<Record<Exclude<WhyLinkKind, 'setting'>, string>> = {
  undo: 'undone_by',
  attestation: 'attested_by',
  receipt: 'executed',
  permit: 'permitted_by',
  verdict: 'decided_by',
  approval: 'approved_by',
  opinion: 'argues',
  'finding-check': 'tested_by',
  rebuttal: 'rebuts',
  checks: 'checked_by',
  motion: 'proposes',
  alternative: 'considered',
  diagnosis: 'heals',
  confirmation: 'confirmed_by',
  failure: 'caused_by',
  plan: 'planned_by',
  request: 'requested_by',
  intent: 'signed_by',
  settlement: 'settled_by',
};

/** A heal's motion takes the place of the plan it changes. */
export function relationOf(kind: WhyLinkKind, above: WhyLinkKind): string {
  if (kind === 'motion' && above !== 'verdict') return 'supersedes';
  return kind === 'setting' ? 'states' : relations[kind];
}
