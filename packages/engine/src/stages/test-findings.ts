import { evaluateQuery } from '@duovir/policy';
import {
  canonicalJson,
  debatedFindingSchema,
  debatedId,
  DuovirError,
  opinionDetailSchema,
  rebuttalSchema,
  type AttestRequest,
  type CheckedFinding,
  type DebatedFinding,
  type Digest,
  type FindingCheck,
  type FindingDetail,
  type OpinionDetail,
  type Probe,
} from '@duovir/protocol';
import * as z from 'zod';
import type { Context } from '../context.ts';
import type { DebateDocument } from '../debate-document.ts';
import type { FrozenMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { openFrom, record, stateOwn } from '../stated.ts';
import type { Said } from './reveal.ts';

export const answersSchema = z.object({ findings: z.array(debatedFindingSchema), answers: z.array(rebuttalSchema) });

export interface Tested {
  /** Document with all that the second vote is to know. */
  readonly debate: Digest;
  readonly tested: number;
}

/** Stage 3, between the votes: what can be put to the test is tested, and its result weighs more than any claim. */
export async function testFindings(
  context: Context,
  run: string,
  input: { readonly motion: FrozenMotion; readonly said: readonly Said[]; readonly answers: Digest },
): Promise<Tested> {
  const { ports } = context;
  const { motion, said } = input;
  const { findings, answers } = answersSchema.parse(await ports.documents.get(input.answers));
  const checks: CheckedFinding[] = [];
  for (const testable of await testableFindings(ports, motion, said, findings))
    checks.push(await test(context, run, motion, testable));
  const own = Object.fromEntries(said.map(({ reviewer, verdict }) => [reviewer, verdict]));
  const document: DebateDocument = { own, findings, answers, checks };
  const stored = await ports.documents.put(run, 'debate', document, ports.random.hex(32));
  return { debate: stored.digest, tested: checks.length };
}

interface Testable {
  /** As the debate names it. */
  readonly finding: string;
  readonly detail: FindingDetail;
  readonly check: FindingCheck;
  /** Whose probe it is. */
  readonly author: { readonly said: Said; readonly words: OpinionDetail };
}

/** Each finding is tested as the debate states it, once: the words of others on the same step are not. */
async function testableFindings(
  ports: Ports,
  motion: FrozenMotion,
  said: readonly Said[],
  findings: readonly DebatedFinding[],
): Promise<Testable[]> {
  const authors: Testable['author'][] = [];
  for (const one of said)
    if (one.detail !== null)
      authors.push({ said: one, words: opinionDetailSchema.parse(await ports.documents.get(one.detail)) });
  return findings.flatMap(({ id, check }): Testable[] => {
    if (check === undefined) return [];
    const text = canonicalJson(check);
    for (const author of authors) {
      const detail = author.words.findings.find(
        (one) => debatedId(motion.digest, one) === id && one.check !== undefined && canonicalJson(one.check) === text,
      );
      if (detail) return [{ finding: id, detail, check, author }];
    }
    return [];
  });
}

async function test(context: Context, run: string, motion: FrozenMotion, testable: Testable): Promise<CheckedFinding> {
  const { ports } = context;
  const { finding, detail, check } = testable;
  const { outcome, summary } =
    check.means === 'query'
      ? await askPlan(context, motion, check)
      : await askAttestor(ports, run, motion, testable, check.probe);
  const checked: CheckedFinding = { id: finding.replace('f-', 'c-'), finding, outcome, summary: summary.slice(0, 500) };
  const stored = await ports.documents.put(run, 'finding-check', checked, ports.random.hex(32));
  const { entry } = await stateOwn(ports, `finding-check/${motion.digest}/${motion.opening}/${finding}`, {
    run,
    kind: 'finding-check',
    subject: motion.digest,
    predicate: {
      check: checked.id,
      finding,
      rule: detail.rule,
      step: detail.step,
      means: check.means,
      outcome,
      commitment: stored.commitment,
    },
  });
  await ports.events.publish(run, `finding-check/${motion.digest}/${motion.opening}/${finding}`, {
    type: 'finding-check',
    body: { motion: motion.digest, check: checked, entry },
  });
  return checked;
}

type Result = Pick<CheckedFinding, 'outcome' | 'summary'>;

async function askPlan(
  { plans }: Context,
  motion: FrozenMotion,
  { query }: Extract<FindingCheck, { means: 'query' }>,
): Promise<Result> {
  const outcome = evaluateQuery(await plans.load(motion.digest), query);
  const said = { confirmed: 'is', disproved: 'is not', unknown: 'cannot be said to be' }[outcome];
  return { outcome, summary: `What stands at ${query.at} ${said} as the finding says.` };
}

/** Only what is already there can be looked at: without a sandbox nothing is known (Invariant 6). */
async function askAttestor(
  ports: Ports,
  run: string,
  motion: FrozenMotion,
  { finding, author }: Testable,
  probe: Probe,
): Promise<Result> {
  const sandbox = await ports.runner.sandbox(run);
  if (!sandbox) return { outcome: 'unknown', summary: 'There is no sandbox yet to look into.' };
  const request: AttestRequest = {
    run,
    subject: motion.digest,
    about: 'finding',
    step: null,
    attempt: motion.opening,
    probes: [{ ...probe, deadlineMs: 0 }],
    sandbox,
    baseline: null,
    grounds: null,
    author: { kind: 'finding', opinion: author.said.opinion, detail: author.words, salt: author.said.salt },
    placeholders: [],
    restorations: [],
  };
  const answer = await ports.attestor.attest(request).catch(refusalOf);
  if (answer instanceof DuovirError) return { outcome: 'unknown', summary: `It is not tested: ${answer.message}` };
  openFrom(ports, answer.attestation, 'attestation', 'attestor');
  await record(ports, `attestation/finding/${motion.digest}/${motion.opening}/${finding}`, run, answer.attestation);
  const outcome = { succeeded: 'confirmed', failed: 'disproved', unknown: 'unknown' } as const;
  return { outcome: outcome[answer.outcome], summary: answer.observations.map(({ summary }) => summary).join(' ') };
}

/** The probe is a reviewer's: one that the attestor refuses to look through tests nothing, and must not end the run. */
function refusalOf(error: unknown): DuovirError<string> {
  if (error instanceof DuovirError && error.consequence !== 'retry') return error;
  throw error;
}
