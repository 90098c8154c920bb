import type { Predicate } from '@duovir/protocol';
import type { Thought } from '../brain/thinker.ts';
import type { Judgement } from './judgement.ts';

type NoThought = Extract<Thought<never>, { kind: 'none' }>;
type Abstention = NonNullable<Predicate<'opinion'>['abstention']>;

/** Why a reviewer has no opinion when its model has no answer. */
const abstentions: Record<NoThought['reason'], Abstention> = {
  'budget-exhausted': 'budget',
  'no-model': 'not-allowed',
  'route-closed': 'not-allowed',
  'egress-blocked': 'not-allowed',
  'price-unknown': 'not-allowed',
  runaway: 'not-allowed',
  stopped: 'not-allowed',
  'provider-failed': 'no-answer',
  'answer-forged': 'no-answer',
  'answer-invalid': 'no-answer',
  'outside-schema': 'no-answer',
  unreachable: 'no-answer',
};

/** No answer is an abstention, never an approval (Invariant 6). */
export function withoutAnswer({ reason, detail }: NoThought): Judgement {
  const rationale = `No opinion: the model gave none (${reason}). ${detail}`.slice(0, 800);
  return { verdict: 'abstain', abstention: abstentions[reason], detail: { rationale, findings: [] } };
}
