import { principalApp } from '@duovir/principal';
import {
  canonicalJson,
  commitTo,
  digestOf,
  planAnswerSchema,
  planDigest,
  planRequestSchema,
  signStatement,
  type PlanAnswer,
  type PlanRequest,
  type Signer,
} from '@duovir/protocol';
import type { Hono } from 'hono';
import { withoutModel } from '../brain/provenance.ts';
import type { Pack } from '../playbook/pack.ts';
import { renderPlaybook } from '../playbook/render.ts';
import { Catalogue, type Choice } from './choice.ts';

export interface PlannerParts {
  readonly signer: Signer;
  readonly packs: readonly Pack[];
  readonly clock: () => Date;
}

/** The planner's HTTP surface. It writes plans from its packs and nothing else. */
export function createPlanner(parts: PlannerParts): Hono {
  const catalogue = new Catalogue(parts.packs);
  const app = principalApp();
  app.post('/v1/plans', async (context) => {
    const request = planRequestSchema.parse(await context.req.json());
    return context.json(planAnswerSchema.parse(await answer(parts, catalogue, request)));
  });
  return app;
}

async function answer(parts: PlannerParts, catalogue: Catalogue, request: PlanRequest): Promise<PlanAnswer> {
  const choice = catalogue.choose(request.accepted.request);
  return choice.kind === 'refused' ? refuse(parts, request, choice) : plan(parts, request, choice);
}

async function plan(
  { signer, clock }: PlannerParts,
  { accepted, salt, revision, commitmentSalt }: PlanRequest,
  { known, inputs, explanation }: Extract<Choice, { kind: 'chosen' }>,
): Promise<PlanAnswer> {
  const { run, request } = accepted;
  const rendered = renderPlaybook(known.playbook, {
    pack: known.pack.id,
    packDigest: known.pack.digest,
    run,
    revision,
    salt,
    goal: request.goal,
    inputs,
    environment: request.environment,
    dataClass: request.dataClass,
    occupiedPorts: request.occupiedPorts,
  });
  const envelope = await signStatement(signer, {
    kind: 'plan',
    run,
    time: clock().toISOString(),
    subject: planDigest(rendered),
    predicate: {
      revision,
      pack: known.pack.id,
      playbook: known.playbook.metadata.id,
      commitment: commitTo(commitmentSalt, canonicalJson(rendered)),
      ...withoutModel(),
    },
  });
  return { kind: 'plan', plan: rendered, envelope, explanation, revisable: false };
}

async function refuse(
  { signer, clock }: PlannerParts,
  { accepted, commitmentSalt }: PlanRequest,
  { reason, explanation, nearest }: Extract<Choice, { kind: 'refused' }>,
): Promise<PlanAnswer> {
  const envelope = await signStatement(signer, {
    kind: 'plan-refusal',
    run: accepted.run,
    time: clock().toISOString(),
    subject: digestOf(accepted),
    predicate: {
      reason,
      commitment: commitTo(commitmentSalt, canonicalJson({ explanation, nearest })),
      ...withoutModel(),
    },
  });
  return { kind: 'refused', reason, explanation, nearest: [...nearest], envelope };
}
