import { hash, randomBytes } from 'node:crypto';
import { principalApp } from '@duovir/principal';
import {
  canonicalJson,
  commitTo,
  diagnoseAnswerSchema,
  diagnoseRequestSchema,
  patchAnswerSchema,
  patchRequestSchema,
  planDigest,
  signStatement,
  type DiagnoseAnswer,
  type DiagnoseRequest,
  type PatchAnswer,
  type PatchRequest,
  type Signer,
} from '@duovir/protocol';
import type { Hono } from 'hono';
import type { ModelBrain } from '../brain/thinker.ts';
import type { Pack } from '../playbook/pack.ts';
import { serveRebuttals } from '../rebuttal/rebuttal-endpoint.ts';
import { causeOf } from './cause.ts';
import { patchPlan } from './patch.ts';

export interface HealerParts {
  readonly signer: Signer;
  readonly packs: readonly Pack[];
  readonly clock: () => Date;
  /** Without one it knows what its signatures know. */
  readonly model: ModelBrain | null;
}

/** The healer's HTTP surface. It names causes and proposes patches; it has no tools and changes nothing (Invariant 10). */
export function createHealer(parts: HealerParts): Hono {
  const app = principalApp();
  app.post('/v1/diagnoses', async (context) => {
    const request = diagnoseRequestSchema.parse(await context.req.json());
    return context.json(diagnoseAnswerSchema.parse(await diagnosisOf(parts, request)));
  });
  app.post('/v1/patches', async (context) => {
    const request = patchRequestSchema.parse(await context.req.json());
    return context.json(patchAnswerSchema.parse(await patchOf(parts, request)));
  });
  // A patch is what a signature or a model made of a failure: for it nobody argues by model again.
  serveRebuttals(app, { ...parts, model: null });
  return app;
}

async function diagnosisOf(
  { signer, packs, clock, model }: HealerParts,
  { failure, plan }: DiagnoseRequest,
): Promise<DiagnoseAnswer> {
  const signatures = packs.flatMap((pack) => pack.signatures);
  const { diagnosis, provenance } = await causeOf({ signatures, model }, failure, plan);
  const salt = randomBytes(32).toString('hex');
  const envelope = await signStatement(signer, {
    kind: 'diagnosis',
    run: failure.run,
    time: clock().toISOString(),
    subject: failure.evidence,
    predicate: {
      step: failure.step,
      attempt: failure.attempt,
      class: diagnosis.class,
      signature: diagnosis.signature,
      decision: diagnosis.decision,
      commitment: commitTo(salt, canonicalJson(diagnosis)),
      ...provenance,
    },
  });
  return { diagnosis, envelope, salt };
}

async function patchOf({ signer, packs, clock, model }: HealerParts, request: PatchRequest): Promise<PatchAnswer> {
  const patch = await patchPlan({ packs, model }, request);
  if (patch.kind === 'none') return { kind: 'none', reason: patch.reason.slice(0, 2000) };
  const { plan } = patch;
  const envelope = await signStatement(signer, {
    kind: 'plan',
    run: plan.run,
    time: clock().toISOString(),
    subject: planDigest(plan),
    predicate: {
      revision: plan.revision,
      pack: plan.source.pack,
      playbook: plan.source.playbook,
      // The plan carries its own salt, so that whoever holds the plan can open the commitment.
      commitment: commitTo(hash('sha256', plan.salt, 'hex'), canonicalJson(plan)),
      ...patch.provenance,
    },
  });
  return {
    kind: 'patch',
    plan,
    envelope,
    patch: [{ op: 'replace', path: `/source/inputs/${patch.input}`, value: patch.value }],
    explanation: patch.explanation.slice(0, 2000),
  };
}
