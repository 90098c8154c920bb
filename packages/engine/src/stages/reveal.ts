import {
  canonicalJson,
  commitTo,
  DuovirError,
  envelopeBytes,
  findingHead,
  needsDebate,
  ProtocolError,
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
import { openThought, openUnder, record } from '../stated.ts';
import { policyOf, ruleOf } from '../trusted.ts';
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
  const reveals = await Promise.all(
    Object.entries(input.commitments).map(async ([name, commitment]) => {
      const answer = await ask(ports, run, input, name);
      return { name, commitment, answer };
    }),
  );
  if (reveals.some(({ answer }) => answer === undefined)) return { kind: 'forgotten' };
  const known = reveals.filter((reveal): reveal is Answered => typeof reveal.answer === 'object');
  const shown = await shownIn(ports, input);
  const heard = await Promise.all(known.map((answered) => hear(ports, run, input, answered, shown)));
  const said = heard.filter((one) => one !== undefined);
  return { kind: 'revealed', said, debatable: input.phase === 'blind' && isDebatable(ports, input, said) };
}

function isDebatable(ports: Ports, { motion }: VoteInput, said: readonly Said[]): boolean {
  const policy = policyOf(ports, motion.trustPolicy);
  const voiced = said.map(({ reviewer, opinion }) => {
    const { predicate } = openUnder(policy, opinion, 'opinion', 'reviewer', reviewer).statement;
    return { principal: reviewer, ...predicate };
  });
  return needsDebate(ruleOf(ports, motion), voiced);
}

interface Answered {
  readonly name: string;
  readonly commitment: Digest;
  readonly answer: RevealAnswer;
}

/** Who opens nothing in time, or nothing that could be read, has said nothing. Undefined: it has forgotten what it was bound to. */
async function ask(
  ports: Ports,
  run: string,
  input: VoteInput,
  name: string,
): Promise<RevealAnswer | 'void' | undefined> {
  const { motion, round } = input;
  const reviewer = present(ports.reviewers.get(name), `reviewer ${name}`);
  const limitMs = (ruleOf(ports, motion)?.reviewSeconds ?? 1) * 1000;
  try {
    return await reviewer.reveal({ run, round, motion: motion.digest }, limitMs);
  } catch (error) {
    if (!(error instanceof DuovirError)) throw error;
    await miss(ports, run, input, name, error.message);
    return 'void';
  }
}

async function miss(
  ports: Ports,
  run: string,
  { motion, round }: VoteInput,
  name: string,
  reason: string,
): Promise<void> {
  await ports.events.publish(run, `opinion-void/${motion.digest}/${round}/${name}`, {
    type: 'opinion-miss',
    body: { motion: motion.digest, reviewer: name, reason: reason.slice(0, 500) },
  });
}

/** What is not what its author was bound to, or not about this vote, is void: as if nothing had been said (Invariant 6). */
async function hear(
  ports: Ports,
  run: string,
  input: VoteInput,
  { name, commitment, answer }: Answered,
  shown: Shown,
): Promise<Said | undefined> {
  try {
    if (commitTo(answer.salt, envelopeBytes(answer.opinion)) !== commitment)
      throw new EngineError('commitment-broken', `${name} revealed another opinion than it had committed to.`);
    assertOpinion(ports, run, input, name, answer, shown);
  } catch (error) {
    // Words that have no canonical form are no words that anybody can be held to.
    if (!(error instanceof EngineError) && !(error instanceof ProtocolError)) throw error;
    await miss(ports, run, input, name, error.message);
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
  { own, causes }: Shown,
): void {
  const { statement, principal } = openThought(ports, answer.opinion, 'opinion', 'reviewer', name);
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
  if (principal.mandate !== undefined && predicate.mandate !== principal.mandate)
    throw new EngineError('answer-inconsistent', `${name} speaks as ${predicate.mandate}, which it is not.`);
  const first = own.get(name) ?? predicate.verdict;
  if (predicate.changedFrom !== (first === predicate.verdict ? null : first))
    throw new EngineError('answer-inconsistent', `${name} says that its first vote was another one.`);
  const unknown = predicate.because.find((cause) => !causes.has(cause));
  if (unknown !== undefined)
    throw new EngineError('answer-inconsistent', `${name} names ${unknown} as its cause, which nobody has shown.`);
  assertDetail(name, answer.detail, answer.detailSalt, predicate.commitment);
  // What is counted is what people read.
  if (canonicalJson(answer.detail.findings.map(findingHead)) !== canonicalJson(predicate.findings))
    throw new EngineError('answer-inconsistent', `${name} signed other findings than it explains.`);
}

interface Shown {
  /** What each reviewer had said first. */
  readonly own: ReadonlyMap<string, Predicate<'opinion'>['verdict']>;
  /** What may have changed somebody's mind: findings, results of their tests, and evidence that answers cite. */
  readonly causes: ReadonlySet<string>;
}

async function shownIn(ports: Ports, { debate }: VoteInput): Promise<Shown> {
  if (debate === null) return { own: new Map(), causes: new Set() };
  const { own, findings, answers, checks } = await loadDebate(ports, debate);
  const causes = new Set([
    ...findings.flatMap(({ id, evidence }) => [id, ...evidence]),
    ...checks.map(({ id }) => id),
    ...answers.flatMap(({ evidence }) => evidence),
  ]);
  return { own: new Map(Object.entries(own)), causes };
}

async function say(ports: Ports, run: string, input: VoteInput, name: string, answer: RevealAnswer): Promise<Said> {
  const { motion, round, phase } = input;
  const policy = policyOf(ports, motion.trustPolicy);
  const { statement, principal } = openUnder(policy, answer.opinion, 'opinion', 'reviewer', name);
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
