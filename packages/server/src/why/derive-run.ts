import type { Digest, Plan } from '@duovir/protocol';
import type { EntryKind } from '@duovir/protocol';
import type { ReadEntry } from '../api/run-entries.ts';
import { valuesOfStep } from './extract/step-values.ts';
import type { PlacedValue } from './extract/file-values.ts';
import { Story } from './story.ts';

/** What somebody did so that a step was carried out. */
export type Part =
  | 'requested'
  | 'proposed'
  | 'diagnosed'
  | 'agreed'
  | 'dissented'
  | 'abstained'
  | 'approved'
  | 'refused'
  | 'executed'
  | 'attested';

/** A step that was attested to be as planned, and what it made true. */
export interface AttestedStep {
  /** Index of the attestation. */
  readonly entry: number;
  readonly run: string;
  readonly step: string;
  readonly motion: Digest;
  readonly target: string;
  /** Which one of its kind: the sandbox of the run. */
  readonly identity: string;
  readonly time: string;
  readonly receipt: number | null;
  readonly permit: number | null;
  readonly verdict: Digest | null;
  readonly policy: Digest | null;
  /** Index of the entry since which it is so no longer. */
  readonly undone: number | null;
  readonly parts: readonly { readonly principal: string; readonly part: Part }[];
  readonly values: readonly PlacedValue[];
}

export const kindsOfSteps: readonly EntryKind[] = [
  'request',
  'plan',
  'opinion',
  'approval',
  'permit',
  'receipt',
  'attestation',
  'diagnosis',
];

/**
 * Everything the index says about a run, from its entries and its plans alone. A plan that is forgotten leaves its steps
 * without values.
 */
export function deriveRun(
  run: string,
  entries: readonly ReadEntry[],
  planOf: (motion: Digest) => Plan | undefined,
): AttestedStep[] {
  const story = new Story(entries, []);
  return story
    .all(
      'attestation',
      ({ statement: { predicate } }) => predicate.about === 'step' && predicate.outcome === 'succeeded',
    )
    .flatMap((attestation) => attestedStep(run, story, attestation, planOf));
}

function attestedStep(
  run: string,
  story: Story,
  attestation: ReadEntry<'attestation'>,
  planOf: (motion: Digest) => Plan | undefined,
): AttestedStep[] {
  const { index: entry, statement } = attestation;
  const { subject: motion, time, predicate } = statement;
  const { step, fence } = predicate;
  if (step === null) return [];
  const plan = planOf(motion);
  const receipt = story.last(
    'receipt',
    ({ index, statement: { predicate: done } }) => index < entry && done.step === step && done.purpose === 'apply',
  );
  const permit = receipt && permitOf(story, receipt);
  return [
    {
      entry,
      run,
      step,
      motion,
      target: plan?.target.kind ?? 'sandbox',
      identity: plan?.target.id ?? run,
      time,
      receipt: receipt?.index ?? null,
      permit: permit?.index ?? null,
      verdict: permit?.statement.predicate.verdict ?? null,
      policy: permit?.statement.predicate.trustPolicy ?? null,
      undone: undoneAt(story, { entry, step, fence }),
      parts: partsOf(story, motion, attestation, receipt),
      values: plan ? valuesOfStep(plan, step) : [],
    },
  ];
}

export function permitOf(story: Story, receipt: ReadEntry<'receipt'>): ReadEntry<'permit'> | undefined {
  return story.last('permit', ({ statement }) => statement.predicate.permit === receipt.statement.predicate.permit);
}

/** The receipt of its compensation, or the first permit for the next sandbox: every effect died with the one before. */
export function undoneAt(
  story: Story,
  { entry, step, fence }: { readonly entry: number; readonly step: string; readonly fence: number },
): number | null {
  const undone = [
    ...story.all(
      'receipt',
      ({ index, statement: { predicate } }) =>
        index > entry &&
        predicate.step === step &&
        predicate.purpose === 'compensate' &&
        predicate.outcome === 'succeeded',
    ),
    ...story.all('permit', ({ index, statement: { predicate } }) => index > entry && predicate.fence > fence),
  ].map(({ index }) => index);
  return undone.length === 0 ? null : Math.min(...undone);
}

const stances = { approve: 'agreed', reject: 'dissented', abstain: 'abstained' } as const;

function partsOf(
  story: Story,
  motion: Digest,
  attestation: ReadEntry,
  receipt: ReadEntry | undefined,
): AttestedStep['parts'] {
  const about = ({ statement }: ReadEntry): boolean => statement.subject === motion;
  const opinions = new Map(story.all('opinion', about).map((opinion) => [opinion.principal, opinion]));
  const proposed = story.all('plan', about);
  const parts: AttestedStep['parts'] = [
    ...story.all('request').map(({ statement }) => ({
      principal: statement.predicate.requester,
      part: 'requested' as const,
    })),
    ...proposed.map(({ principal }) => ({ principal, part: 'proposed' as const })),
    ...story
      .all('diagnosis', ({ index }) => index < (proposed[0]?.index ?? 0))
      .map(({ principal }) => ({ principal, part: 'diagnosed' as const })),
    // The last of each counts.
    ...[...opinions.values()].map(({ principal, statement }) => ({
      principal,
      part: stances[statement.predicate.verdict],
    })),
    ...story.all('approval', about).map(({ principal, statement }) => ({
      principal,
      part: statement.predicate.verdict === 'approve' ? ('approved' as const) : ('refused' as const),
    })),
    ...(receipt ? [{ principal: receipt.principal, part: 'executed' as const }] : []),
    { principal: attestation.principal, part: 'attested' },
  ];
  const distinct = new Map(parts.map((part) => [`${part.principal} ${part.part}`, part]));
  return [...distinct.values()];
}
