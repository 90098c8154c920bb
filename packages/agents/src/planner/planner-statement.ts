import {
  canonicalJson,
  commitTo,
  digestOf,
  planDigest,
  signStatement,
  type Envelope,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type Signer,
} from '@duovir/protocol';
import type { Provenance } from '../brain/provenance.ts';

export interface Author {
  readonly signer: Signer;
  readonly clock: () => Date;
}

export interface Written {
  readonly plan: Plan;
  readonly explanation: string;
  /** Whether the planner could write another one for the same goal, given what is wrong with this. */
  readonly revisable: boolean;
  readonly provenance: Provenance;
}

/** The plan, signed. */
export async function plan(author: Author, request: PlanRequest, written: Written): Promise<PlanAnswer> {
  const signed = await signedPlan(author, request, written);
  return { kind: 'plan', ...signed, revisable: written.revisable };
}

/** A plan that only looks, before there is one that acts. */
export async function reading(
  author: Author,
  request: PlanRequest,
  written: Omit<Written, 'revisable'>,
): Promise<PlanAnswer> {
  return { kind: 'reading', ...(await signedPlan(author, request, written)) };
}

async function signedPlan(
  { signer, clock }: Author,
  { commitmentSalt }: PlanRequest,
  { plan: written, explanation, provenance }: Omit<Written, 'revisable'>,
): Promise<{ readonly plan: Plan; readonly envelope: Envelope; readonly explanation: string }> {
  const envelope = await signStatement(signer, {
    kind: 'plan',
    run: written.run,
    time: clock().toISOString(),
    subject: planDigest(written),
    predicate: {
      revision: written.revision,
      pack: written.source.pack,
      playbook: written.source.playbook,
      commitment: commitTo(commitmentSalt, canonicalJson(written)),
      ...provenance,
    },
  });
  return { plan: written, envelope, explanation: explanation.slice(0, 2000) };
}

type Refusal = Extract<PlanAnswer, { kind: 'refused' }>;
export type Refused = Pick<Refusal, 'reason' | 'explanation'> & {
  readonly nearest: readonly Refusal['nearest'][number][];
  readonly provenance: Provenance;
};

/** That there is no plan, and why; signed as well. */
export async function refuse(
  { signer, clock }: Author,
  { accepted, commitmentSalt }: PlanRequest,
  { reason, explanation: why, nearest, provenance }: Refused,
): Promise<PlanAnswer> {
  const explanation = why.slice(0, 4000);
  const envelope = await signStatement(signer, {
    kind: 'plan-refusal',
    run: accepted.run,
    time: clock().toISOString(),
    subject: digestOf(accepted),
    predicate: {
      reason,
      commitment: commitTo(commitmentSalt, canonicalJson({ explanation, nearest })),
      ...provenance,
    },
  });
  return { kind: 'refused', reason, explanation, nearest: [...nearest], envelope };
}

/** The one question before a plan; its words are committed to as `{question}`. */
export async function askPerson(
  { signer, clock }: Author,
  { accepted, commitmentSalt }: PlanRequest,
  { question: asked, provenance }: { readonly question: string; readonly provenance: Provenance },
): Promise<PlanAnswer> {
  const question = asked.slice(0, 1000);
  const envelope = await signStatement(signer, {
    kind: 'clarification',
    run: accepted.run,
    time: clock().toISOString(),
    subject: digestOf(accepted),
    predicate: { commitment: commitTo(commitmentSalt, canonicalJson({ question })), ...provenance },
  });
  return { kind: 'asked', question, envelope };
}
