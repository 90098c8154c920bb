import {
  canonicalJson,
  commitTo,
  envelopeBytes,
  needsDebate,
  type Digest,
  type Envelope,
  type OpinionDetail,
  type Predicate,
  type RevealAnswer,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { loadDebate } from '../debate-document.ts';
import { EngineError } from '../error.ts';
import type { Ports } from '../ports.ts';
import { present } from '../present.ts';
import { openFrom, record } from '../stated.ts';
import { ruleOf } from '../trusted.ts';
import type { VoteInput } from './commit.ts';

/** What one reviewer said in one vote. */
export interface Said {
  readonly reviewer: string;
  readonly verdict: Predicate<'opinion'>['verdict'];
  readonly opinion: Envelope;
  /** Document with the words of the opinion, and the salt of its commitment; null where nothing was found. */
  readonly detail: Digest | null;
  readonly salt: string;
}

export type Revealed =
  | {
      readonly kind: 'revealed';
      readonly said: readonly Said[];
      /** Of a blind vote: somebody disagrees, or found what has to be talked about. */
      readonly debatable: boolean;
    }
  | { readonly kind: 'forgotten' };

/** Opens the opinions once all commitments are in the ledger. A changed opinion is void and names its author. */
export async function revealOpinions(
  { ports }: Context,
  run: string,
  input: VoteInput & { readonly commitments: Readonly<Record<string, Digest>> },
): Promise<Revealed> {
  const { motion, round } = input;
  const reveals = await Promise.all(
    Object.entries(input.commitments).map(async ([name, commitment]) => {
      const reviewer = present(ports.reviewers.get(name), `reviewer ${name}`);
      const answer = await reviewer.reveal({ run, round, motion: motion.digest });
      return { name, commitment, answer };
    }),
  );
  const known = reveals.filter((reveal): reveal is Answered => reveal.answer !== undefined);
  if (known.length < reveals.length) return { kind: 'forgotten' };
  const causes = await causesOf(ports, input);
  const heard = await Promise.all(known.map((answered) => hear(ports, run, input, answered, causes)));
  const said = heard.filter((one) => one !== undefined);
  return { kind: 'revealed', said, debatable: input.phase === 'blind' && isDebatable(ports, input, said) };
}

function isDebatable(ports: Ports, { motion }: VoteInput, said: readonly Said[]): boolean {
  const voiced = said.map(({ reviewer, opinion }) => {
    const { predicate } = openFrom(ports, opinion, 'opinion', 'reviewer', reviewer).statement;
    return { principal: reviewer, ...predicate };
  });
  return needsDebate(ruleOf(ports, motion), voiced);
}

interface Answered {
  readonly name: string;
  readonly commitment: Digest;
  readonly answer: RevealAnswer;
}

/** What is not what its author was bound to, or not about this vote, is void: as if nothing had been said (Invariant 6). */
async function hear(
  ports: Ports,
  run: string,
  input: VoteInput,
  { name, commitment, answer }: Answered,
  causes: ReadonlySet<string>,
): Promise<Said | undefined> {
  try {
    if (commitTo(answer.salt, envelopeBytes(answer.opinion)) !== commitment)
      throw new EngineError('commitment-broken', `${name} revealed another opinion than it had committed to.`);
    assertOpinion(ports, run, input, name, answer, causes);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    await ports.events.publish(run, `opinion-void/${input.motion.digest}/${input.round}/${name}`, {
      type: 'opinion-miss',
      body: { motion: input.motion.digest, reviewer: name, reason: error.message.slice(0, 500) },
    });
    return undefined;
  }
  return say(ports, run, input, name, answer);
}

function assertOpinion(
  ports: Ports,
  run: string,
  { motion, round, phase }: VoteInput,
  name: string,
  answer: RevealAnswer,
  causes: ReadonlySet<string>,
): void {
  const { statement } = openFrom(ports, answer.opinion, 'opinion', 'reviewer', name);
  const { predicate } = statement;
  if (
    statement.subject !== motion.digest ||
    statement.run !== run ||
    predicate.round !== round ||
    predicate.phase !== phase ||
    predicate.evidence !== motion.evidence ||
    predicate.trustPolicy !== motion.trustPolicy
  )
    throw new EngineError('answer-inconsistent', `${name} gave an opinion on another motion or other evidence.`);
  const unknown = predicate.because.find((cause) => !causes.has(cause));
  if (unknown !== undefined)
    throw new EngineError('answer-inconsistent', `${name} names ${unknown} as its cause, which nobody has shown.`);
  assertDetail(name, answer.detail, answer.detailSalt, predicate.commitment);
}

/** What may have changed somebody's mind: findings, results of their tests, and evidence that answers cite. */
async function causesOf(ports: Ports, { debate }: VoteInput): Promise<ReadonlySet<string>> {
  if (debate === null) return new Set();
  const { findings, answers, checks } = await loadDebate(ports, debate);
  return new Set([
    ...findings.flatMap(({ id, evidence }) => [id, ...evidence]),
    ...checks.map(({ id }) => id),
    ...answers.flatMap(({ evidence }) => evidence),
  ]);
}

async function say(ports: Ports, run: string, input: VoteInput, name: string, answer: RevealAnswer): Promise<Said> {
  const { motion, round, phase } = input;
  const { statement, principal } = openFrom(ports, answer.opinion, 'opinion', 'reviewer', name);
  const { predicate } = statement;
  const stored = await ports.documents.put(run, `opinion/${name}`, answer.detail, answer.detailSalt);
  const { entry, envelope } = await record(ports, `opinion/${motion.digest}/${round}/${name}`, run, answer.opinion);
  await ports.events.publish(run, `opinion-reveal/${motion.digest}/${round}/${name}`, {
    type: 'opinion-reveal',
    body: {
      motion: motion.digest,
      reviewer: name,
      mandate: principal.mandate ?? predicate.mandate,
      brain: predicate.brain,
      phase,
      verdict: predicate.verdict,
      changedFrom: predicate.changedFrom,
      because: predicate.because,
      rationale: answer.detail.rationale,
      findings: answer.detail.findings,
      entry,
    },
  });
  return {
    reviewer: name,
    verdict: predicate.verdict,
    opinion: envelope,
    detail: answer.detail.findings.length > 0 ? stored.digest : null,
    salt: answer.detailSalt,
  };
}

/** The words people read must be the words the signature commits to. */
function assertDetail(name: string, detail: OpinionDetail, salt: string, commitment: Digest): void {
  if (commitTo(salt, canonicalJson(detail)) !== commitment)
    throw new EngineError('commitment-broken', `${name} explained its opinion with other words than it signed for.`);
}
