import {
  ADVERSARY,
  DuovirError,
  type Digest,
  type Envelope,
  type Principal,
  type QuorumRule,
  type ReviewRequest,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { debateFor, loadDebate } from '../debate-document.ts';
import { EngineError } from '../error.ts';
import { loadEvidence } from '../evidence.ts';
import type { FrozenMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { openFrom } from '../stated.ts';
import { ruleOf } from '../trusted.ts';

export interface VoteInput {
  readonly motion: FrozenMotion;
  readonly phase: 'blind' | 'second';
  readonly round: number;
  /** Document with findings, answers and checks; for the second vote. */
  readonly debate: Digest | null;
}

export type Committed =
  | { readonly kind: 'committed'; readonly commitments: Readonly<Record<string, Digest>> }
  /** A reviewer was restarted between its two commitments: the round cannot be finished, the next one can. */
  | { readonly kind: 'broken' };

/**
 * Stage 3: every reviewer binds itself to an opinion before any opinion of this vote can be read. A reviewer that cannot be
 * reached or answers nonsense is asked once more; then it has no commitment, and silence is not approval (Invariant 6).
 */
export async function commitOpinions({ ports, plans }: Context, run: string, input: VoteInput): Promise<Committed> {
  const { motion, phase, round } = input;
  const common = {
    run,
    round,
    phase,
    kind: motion.kind,
    motion: motion.digest,
    plan: await plans.load(motion.digest),
    evidence: await loadEvidence(ports, motion),
    trustPolicy: motion.trustPolicy,
  };
  const debated = input.debate === null ? null : await loadDebate(ports, input.debate);
  const rule = ruleOf(ports, motion);
  const readers = reviewersOf(ports, motion, rule).filter(({ name }) => !debated || Object.hasOwn(debated.own, name));
  const asked = readers.map(({ name }) =>
    commitmentOf(ports, name, { ...common, debate: debated && debateFor(name, debated) }, rule),
  );
  const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined);
  const recorded = await Promise.all(
    answers.map(({ name, envelope }) =>
      recordFresh(ports, `commitment/${motion.digest}/${round}/${name}`, run, envelope),
    ),
  );
  if (recorded.includes('taken')) return { kind: 'broken' };
  for (const [position, { name }] of answers.entries())
    await ports.events.publish(run, `opinion-commit/${motion.digest}/${round}/${name}`, {
      type: 'opinion-commit',
      body: { motion: motion.digest, reviewer: name, entry: recorded[position] as number },
    });
  return {
    kind: 'committed',
    commitments: Object.fromEntries(answers.map(({ name, commitment }) => [name, commitment])),
  };
}

interface Bound {
  readonly name: string;
  readonly envelope: Envelope;
  readonly commitment: Digest;
}

const TRIES = 2;

async function commitmentOf(
  ports: Ports,
  name: string,
  request: ReviewRequest,
  rule: QuorumRule | undefined,
): Promise<Bound | undefined> {
  let reason = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      return await askCommitment(ports, name, request, rule);
    } catch (error) {
      if (!(error instanceof DuovirError)) throw error;
      reason = error.message;
    }
  }
  await ports.events.publish(request.run, `opinion-miss/${request.motion}/${request.round}/${name}`, {
    type: 'opinion-miss',
    body: { motion: request.motion, reviewer: name, reason: reason.slice(0, 500) },
  });
  return undefined;
}

async function askCommitment(
  ports: Ports,
  name: string,
  request: ReviewRequest,
  rule: QuorumRule | undefined,
): Promise<Bound> {
  const reviewer = present(ports.reviewers.get(name), `reviewer ${name}`);
  const { commitment: envelope } = await reviewer.commit(request, (rule?.reviewSeconds ?? 1) * 1000);
  const { statement } = openFrom(ports, envelope, 'commitment', 'reviewer', name);
  if (
    statement.subject !== request.motion ||
    statement.run !== request.run ||
    statement.predicate.round !== request.round
  )
    throw new EngineError('answer-inconsistent', `${name} committed itself to another motion.`);
  return { name, envelope, commitment: statement.predicate.commitment };
}

/** Nobody reviews what they proposed (Invariant 2), and nobody is asked where the rule needs no voice. */
function reviewersOf(ports: Ports, motion: FrozenMotion, rule: QuorumRule | undefined): readonly Principal[] {
  if (rule?.reviewers === 0 && rule.approvals === 0 && rule.groups === 0 && !rule.adversary) return [];
  return ports.trust
    .current()
    .policy.principals.filter(({ role, name }) => role === 'reviewer' && name !== motion.proposer)
    .filter(({ name, mandate }) => ports.reviewers.has(name) && (mandate !== ADVERSARY || rule?.adversary === true));
}

async function recordFresh(ports: Ports, key: string, run: string, envelope: Envelope): Promise<number | 'taken'> {
  try {
    const [entry] = await ports.ledger.append([{ key: `${run}/${key}`, run, envelope }]);
    return present(entry, 'index of the entry');
  } catch (error) {
    if (error instanceof DuovirError && error.code === 'entry-conflict') return 'taken';
    throw error;
  }
}
