import { evaluateQuery } from '@duovir/policy';
import {
  canonicalJson,
  commitTo,
  opinionDetailSchema,
  type DebatedFinding,
  type Digest,
  type Evidence,
  type FindingDetail,
  type Plan,
  type Rebuttal,
  type RebuttalAnswer,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import { debatedFindings, orderFor } from '../debated-findings.ts';
import { EngineError } from '../error.ts';
import { loadEvidence } from '../evidence.ts';
import type { FrozenMotion } from '../motion.ts';
import type { DocumentPort, Ports } from '../ports.ts';
import { openFrom, record } from '../stated.ts';
import type { Said } from './reveal.ts';

export type Rebutted =
  /** `answers`: document with findings and answers. */
  | { readonly kind: 'withdrawn'; readonly answers: Digest }
  | { readonly kind: 'answered'; readonly answers: Digest; readonly refutes: boolean };

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
  const proposer = motion.kind === 'heal' ? ports.healer : ports.planner;
  const answer = await proposer.rebut({
    run,
    round,
    motion: motion.digest,
    plan,
    evidence,
    findings: orderFor(motion.proposer, findings),
    trustPolicy: motion.trustPolicy,
  });
  const answers = answersTo(findings, assertRebuttal(ports, motion, answer), plan, evidence);
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

function assertRebuttal(ports: Ports, motion: FrozenMotion, { envelope, detail, salt }: RebuttalAnswer): Rebuttal[] {
  const role = motion.kind === 'heal' ? 'healer' : 'planner';
  const { statement } = openFrom(ports, envelope, 'rebuttal', role, motion.proposer);
  if (statement.subject !== motion.digest)
    throw new EngineError('answer-inconsistent', 'The rebuttal is about another motion.');
  if (commitTo(salt, canonicalJson(detail)) !== statement.predicate.commitment)
    throw new EngineError('commitment-broken', 'The proposer argues in other words than it signed for.');
  return detail.answers;
}

/** One answer to each finding. Who says nothing to one, or refutes without showing anything, has not refuted it. */
function answersTo(
  findings: readonly DebatedFinding[],
  given: readonly Rebuttal[],
  plan: Plan,
  evidence: Evidence,
): Rebuttal[] {
  const shown = new Set([
    ...evidence.checks.map(({ id }) => id),
    ...(evidence.state ?? []).map(({ id }) => id),
    ...evidence.dryRun.map(({ subject }) => subject),
  ]);
  const isShown = (id: string): boolean =>
    shown.has(id) || evaluateQuery(plan, { at: id, is: 'absent' }) === 'disproved';
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
