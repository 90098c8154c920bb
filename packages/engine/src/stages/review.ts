import {
  DuovirError,
  canonicalJson,
  commitTo,
  envelopeBytes,
  evidenceSchema,
  type Digest,
  type Envelope,
  type OpinionDetail,
  type Principal,
  type RevealAnswer,
  type ReviewRequest,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { EngineError } from '../error.ts';
import type { FrozenMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { openFrom, record } from '../stated.ts';

export type BlindRound =
  | { readonly kind: 'committed'; readonly commitments: Readonly<Record<string, Digest>> }
  /** A reviewer was restarted between its two commitments: the round cannot be finished, the next one can. */
  | { readonly kind: 'broken' };

/**
 * Stage 3, blind round: every reviewer binds itself to an opinion before any opinion can be read. A reviewer that
 * cannot be reached or answers nonsense has no commitment, and silence is not approval (Invariant 6).
 */
export async function commitOpinions(
  { ports, plans }: Context,
  run: string,
  input: { readonly motion: FrozenMotion; readonly round: number },
): Promise<BlindRound> {
  const { motion, round } = input;
  const plan = await plans.load(motion.digest);
  const evidence = evidenceSchema.parse(await ports.documents.get(motion.evidence));
  const request = {
    run,
    round,
    kind: motion.kind,
    motion: motion.digest,
    plan,
    evidence,
    trustPolicy: ports.trust.current().digest,
  };
  const asked = reviewersOf(ports, motion).map(({ name }) => commitmentOf(ports, name, request));
  const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined);
  const recorded = await Promise.all(
    answers.map(({ name, envelope }) =>
      recordFresh(ports, `commitment/${motion.digest}/${round}/${name}`, run, envelope),
    ),
  );
  if (recorded.includes('taken')) return { kind: 'broken' };
  for (const [position, { name }] of answers.entries()) {
    await ports.events.publish(run, `opinion-commit/${motion.digest}/${round}/${name}`, {
      type: 'opinion-commit',
      body: { motion: motion.digest, reviewer: name, entry: recorded[position] as number },
    });
  }
  const commitments = Object.fromEntries(answers.map(({ name, commitment }) => [name, commitment]));
  return { kind: 'committed', commitments };
}

interface Bound {
  readonly name: string;
  readonly envelope: Envelope;
  readonly commitment: Digest;
}

async function commitmentOf(ports: Ports, name: string, request: ReviewRequest): Promise<Bound | undefined> {
  try {
    const { commitment: envelope } = await present(ports.reviewers.get(name), `reviewer ${name}`).commit(request);
    const { statement } = openFrom(ports, envelope, 'commitment', 'reviewer', name);
    if (
      statement.subject !== request.motion ||
      statement.run !== request.run ||
      statement.predicate.round !== request.round
    )
      throw new EngineError('answer-inconsistent', `${name} committed itself to another motion.`);
    return { name, envelope, commitment: statement.predicate.commitment };
  } catch (error) {
    if (!(error instanceof DuovirError)) throw error;
    await ports.events.publish(request.run, `opinion-miss/${request.motion}/${request.round}/${name}`, {
      type: 'opinion-miss',
      body: { motion: request.motion, reviewer: name, reason: error.message.slice(0, 500) },
    });
    return undefined;
  }
}

/** Nobody reviews what they proposed (Invariant 2), and nobody is asked where the rule needs no voice. */
function reviewersOf(ports: Ports, motion: FrozenMotion): readonly Principal[] {
  const { policy } = ports.trust.current();
  if (motion.riskClass === 'R0' && policy.quorum.R0.approvals === 0 && policy.quorum.R0.groups === 0) return [];
  return policy.principals.filter(
    ({ role, name }) => role === 'reviewer' && name !== motion.proposer && ports.reviewers.has(name),
  );
}

async function recordFresh(ports: Ports, key: string, run: string, envelope: Envelope): Promise<number | 'taken'> {
  const fullKey = `${run}/${key}`;
  try {
    const [entry] = await ports.ledger.append([{ key: fullKey, run, envelope }]);
    return present(entry, 'index of the entry');
  } catch (error) {
    if (error instanceof DuovirError && error.code === 'entry-conflict') return 'taken';
    throw error;
  }
}

export type Reveal =
  | {
      readonly kind: 'revealed';
      readonly opinions: readonly Envelope[];
      /** Documents with the words of the opinions that hold findings. */
      readonly details: readonly Digest[];
    }
  | { readonly kind: 'forgotten' };

/** Opens the opinions once all commitments are in the ledger. A changed opinion is void and names its author. */
export async function revealOpinions(
  { ports }: Context,
  run: string,
  input: {
    readonly motion: FrozenMotion;
    readonly round: number;
    readonly commitments: Readonly<Record<string, Digest>>;
  },
): Promise<Reveal> {
  const { motion, round } = input;
  const reveals = await Promise.all(
    Object.entries(input.commitments).map(async ([name, commitment]) => {
      const answer = await present(ports.reviewers.get(name), `reviewer ${name}`).reveal({
        run,
        round,
        motion: motion.digest,
      });
      if (answer && commitTo(answer.salt, envelopeBytes(answer.opinion)) !== commitment)
        throw new EngineError('commitment-broken', `${name} revealed another opinion than it had committed to.`);
      return { name, answer };
    }),
  );
  const known = reveals.filter(
    (reveal): reveal is { name: string; answer: RevealAnswer } => reveal.answer !== undefined,
  );
  if (known.length < reveals.length) return { kind: 'forgotten' };
  const said = await Promise.all(known.map(({ name, answer }) => sayOpinion(ports, run, motion, round, name, answer)));
  return {
    kind: 'revealed',
    opinions: said.map(({ envelope }) => envelope),
    details: said.flatMap(({ detail }) => detail ?? []),
  };
}

async function sayOpinion(
  ports: Ports,
  run: string,
  motion: FrozenMotion,
  round: number,
  name: string,
  answer: RevealAnswer,
): Promise<{ readonly envelope: Envelope; readonly detail: Digest | null }> {
  const { statement, principal } = openFrom(ports, answer.opinion, 'opinion', 'reviewer', name);
  const { predicate } = statement;
  if (statement.subject !== motion.digest || predicate.round !== round || predicate.evidence !== motion.evidence)
    throw new EngineError('answer-inconsistent', `${name} gave an opinion on another motion or other evidence.`);
  assertDetail(name, answer.detail, answer.detailSalt, predicate.commitment);
  const stored = await ports.documents.put(run, `opinion/${name}`, answer.detail, answer.detailSalt);
  const { entry, envelope } = await record(ports, `opinion/${motion.digest}/${round}/${name}`, run, answer.opinion);
  await ports.events.publish(run, `opinion-reveal/${motion.digest}/${round}/${name}`, {
    type: 'opinion-reveal',
    body: {
      motion: motion.digest,
      reviewer: name,
      mandate: principal.mandate ?? predicate.mandate,
      brain: predicate.brain,
      verdict: predicate.verdict,
      rationale: answer.detail.rationale,
      findings: answer.detail.findings,
      entry,
    },
  });
  return { envelope, detail: answer.detail.findings.length > 0 ? stored.digest : null };
}

/** The words people read must be the words the signature commits to. */
function assertDetail(name: string, detail: OpinionDetail, salt: string, commitment: Digest): void {
  if (commitTo(salt, canonicalJson(detail)) !== commitment)
    throw new EngineError('commitment-broken', `${name} explained its opinion with other words than it signed for.`);
}
