import { atPointer } from '@duovir/policy';
import {
  canonicalJson,
  commitTo,
  digestOf,
  DuovirError,
  opinionDetailSchema,
  type DebatedFinding,
  type Digest,
  type Evidence,
  type FindingDetail,
  type Plan,
  type Rebuttal,
  type RebuttalAnswer,
  type RebuttalRequest,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { debatedFindings, orderFor } from '../debated-findings.ts';
import { EngineError } from '../error.ts';
import { loadEvidence } from '../evidence.ts';
import type { FrozenMotion } from '../motion.ts';
import type { DocumentPort, Ports } from '../ports.ts';
import { openThought, record } from '../stated.ts';
import type { Said } from './reveal.ts';

export type Rebutted =
  /** `answers`: document with findings and answers. */
  | { readonly kind: 'withdrawn'; readonly answers: Digest }
  | { readonly kind: 'answered'; readonly answers: Digest; readonly refutes: boolean }
  /** It has said nothing that could be heard: what was found stands as it is. */
  | { readonly kind: 'silent'; readonly answers: Digest };

/**
 * Stage 3, rebuttal: once, the proposer reads what was found, without names, and mends it, refutes it by evidence, or
 * leaves the risk to a person. It has no other way to speak for its motion.
 */
export async function rebutFindings(
  context: Context,
  run: string,
  { motion, said, round }: { readonly motion: FrozenMotion; readonly said: readonly Said[]; readonly round: number },
): Promise<Rebutted> {
  const { ports, plans } = context;
  const findings = debatedFindings(motion.digest, await wordsOf(ports.documents, said));
  const plan = await plans.load(motion.digest);
  const evidence = await loadEvidence(ports, motion);
  const answer = await ask(ports, motion, findings, {
    run,
    round,
    motion: motion.digest,
    plan,
    evidence,
    findings: orderFor(motion.proposer, findings),
    trustPolicy: motion.trustPolicy,
  });
  const answers = answersTo(findings, answer?.detail.answers ?? [], plan, evidence);
  if (!answer) {
    const stored = await ports.documents.put(run, 'answers', { findings, answers }, ports.random.hex(32));
    return { kind: 'silent', answers: stored.digest };
  }
  const entry = await sayRebuttal(ports, run, motion, round, answer);
  await ports.events.publish(run, `rebuttal-give/${motion.digest}/${round}`, {
    type: 'rebuttal-give',
    body: { motion: motion.digest, proposer: motion.proposer, findings, answers, entry },
  });
  const stored = await ports.documents.put(run, 'answers', { findings, answers }, ports.random.hex(32));
  if (answers.some(({ kind }) => kind === 'fix')) return { kind: 'withdrawn', answers: stored.digest };
  return { kind: 'answered', answers: stored.digest, refutes: answers.some(({ kind }) => kind === 'refute') };
}

/** All that was found, with its words. */
export async function wordsOf(documents: DocumentPort, said: readonly Said[]): Promise<FindingDetail[]> {
  const held = said.flatMap(({ detail }) => detail ?? []);
  const details = await Promise.all(held.map(async (digest) => opinionDetailSchema.parse(await documents.get(digest))));
  return details.flatMap(({ findings }) => findings);
}

/** Undefined where the proposer answers with what nobody can go by. */
async function ask(
  ports: Ports,
  motion: FrozenMotion,
  findings: readonly DebatedFinding[],
  request: RebuttalRequest,
): Promise<RebuttalAnswer | undefined> {
  const proposer = motion.kind === 'heal' ? ports.healer : ports.planner;
  try {
    const answer = await proposer.rebut(request);
    assertRebuttal(ports, motion, findings, request, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof DuovirError) || error.consequence === 'retry') throw error;
    console.error(`${motion.proposer} says nothing to what was found against ${motion.digest}: ${error.message}`);
    return undefined;
  }
}

function assertRebuttal(
  ports: Ports,
  motion: FrozenMotion,
  findings: readonly DebatedFinding[],
  { run, round, plan, evidence }: RebuttalRequest,
  { envelope, detail, salt }: RebuttalAnswer,
): void {
  const role = motion.kind === 'heal' ? 'healer' : 'planner';
  const { subject, run: said, predicate } = openThought(ports, envelope, 'rebuttal', role, motion.proposer).statement;
  if (subject !== motion.digest || said !== run || predicate.round !== round)
    throw new EngineError('answer-inconsistent', 'The rebuttal is about another motion.');
  if (commitTo(salt, canonicalJson(detail)) !== predicate.commitment)
    throw new EngineError('commitment-broken', 'The proposer argues in other words than it signed for.');
  const heads = detail.answers.map(({ finding, kind, evidence: cited }) => ({ finding, kind, evidence: cited }));
  if (canonicalJson(heads) !== canonicalJson(predicate.answers))
    throw new EngineError('answer-inconsistent', 'The proposer signed other answers than it explains.');
  const asked = new Set(findings.map(({ id }) => id));
  const isShown = shownBy(plan, evidence);
  // Invariant 12: what is cited goes into the ledger, where an id that is none would be free text.
  for (const { finding, evidence: cited } of predicate.answers)
    if (!asked.delete(finding) || !cited.every(isShown))
      throw new EngineError(
        'answer-inconsistent',
        'The proposer answers to what nobody has found, or cites what nobody has seen.',
      );
}

/** Ids of checks, observations and dry runs, and places in the plan. */
function shownBy(plan: Plan, evidence: Evidence): (id: string) => boolean {
  const shown = new Set([
    ...evidence.checks.map(({ id }) => id),
    ...(evidence.state ?? []).map(({ id }) => id),
    ...evidence.dryRun.map(({ subject }) => subject),
    ...(evidence.heal ? [digestOf(evidence.heal.observation)] : []),
  ]);
  return (id) => shown.has(id) || atPointer(plan, id) !== undefined;
}

/** One answer to each finding. Who says nothing to one, or refutes without showing anything, has not refuted it. */
function answersTo(
  findings: readonly DebatedFinding[],
  given: readonly Rebuttal[],
  plan: Plan,
  evidence: Evidence,
): Rebuttal[] {
  const isShown = shownBy(plan, evidence);
  return findings.map(({ id }): Rebuttal => {
    const answer = given.find(({ finding }) => finding === id);
    if (!answer) return { finding: id, kind: 'ask-person', claim: 'The proposer says nothing to this.', evidence: [] };
    const cited = answer.evidence.filter(isShown);
    if (answer.kind !== 'refute' || cited.length > 0) return { ...answer, evidence: cited };
    return { ...answer, kind: 'ask-person', evidence: [] };
  });
}

async function sayRebuttal(
  ports: Ports,
  run: string,
  motion: FrozenMotion,
  round: number,
  { envelope, detail, salt }: RebuttalAnswer,
): Promise<number> {
  await ports.documents.put(run, 'rebuttal', detail, salt);
  return (await record(ports, `rebuttal/${motion.digest}/${round}`, run, envelope)).entry;
}
