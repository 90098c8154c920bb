import { principalApp, type TrustedPolicy } from '@duovir/principal';
import { planAnswerSchema, planRequestSchema, type PlanAnswer, type PlanRequest } from '@duovir/protocol';
import type { Hono } from 'hono';
import { inVain, withoutModel } from '../brain/provenance.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import type { Pack } from '../playbook/pack.ts';
import { renderPlaybook } from '../playbook/render.ts';
import { askPerson, plan, reading, refuse, type Author, type Refused } from './planner-statement.ts';
import { serveRebuttals } from '../rebuttal/rebuttal-endpoint.ts';
import { Catalogue, type Choice } from './choice.ts';
import { planWithModel, type Planned } from './planning.ts';

export interface PlannerParts extends Author {
  readonly packs: readonly Pack[];
  /** Without one it writes plans from its packs and nothing else. */
  readonly model: ModelBrain | null;
  /** The verified trust policy, read anew for each plan. */
  readonly trust: () => TrustedPolicy;
}

/** The planner's HTTP surface. Playbooks come first; a model drafts what they do not know, and the checks hold it to the same rules. */
export function createPlanner(parts: PlannerParts): Hono {
  const catalogue = new Catalogue(parts.packs);
  const app = principalApp();
  app.post('/v1/plans', async (context) => {
    const request = planRequestSchema.parse(await context.req.json());
    return context.json(planAnswerSchema.parse(await answer(parts, catalogue, request)));
  });
  serveRebuttals(app, parts);
  return app;
}

async function answer(parts: PlannerParts, catalogue: Catalogue, request: PlanRequest): Promise<PlanAnswer> {
  const choice = catalogue.choose(request.accepted.request);
  const { model, trust } = parts;
  if (!model) return withoutAnybody(parts, request, choice);
  const isCertain = choice.kind === 'chosen' && model.consult === 'when-unsure' && request.objections === null;
  if (isCertain) return plan(parts, request, { ...fromPlaybook(request, choice), revisable: true });
  const { policy } = trust();
  return fromModel(parts, request, choice, await planWithModel({ thinker: model.thinker, catalogue, policy, request }));
}

/** The playbook brain has one plan for a goal: when that was objected to, it has none. */
function withoutAnybody(parts: PlannerParts, request: PlanRequest, choice: Choice): Promise<PlanAnswer> {
  if (choice.kind === 'refused') return refuse(parts, request, { ...choice, provenance: withoutModel() });
  if (request.objections === null) return plan(parts, request, { ...fromPlaybook(request, choice), revisable: false });
  return refuse(parts, request, {
    reason: 'goal-unknown',
    explanation: 'The only plan that the playbooks know for this goal was objected to.',
    nearest: [],
    provenance: withoutModel(),
  });
}

async function fromModel(
  parts: PlannerParts,
  request: PlanRequest,
  choice: Choice,
  planned: Planned,
): Promise<PlanAnswer> {
  const { provenance } = planned;
  if (planned.kind === 'planned')
    return planned.purpose === 'reading'
      ? reading(parts, request, planned)
      : plan(parts, request, { ...planned, revisable: true });
  if (planned.kind === 'asks') return askPerson(parts, request, planned);
  const isFresh = request.objections === null;
  // What may not go to a model, or what no model answers, stays with the playbooks.
  if (planned.kind === 'failed' && choice.kind === 'chosen' && isFresh)
    return plan(parts, request, { ...fromPlaybook(request, choice), revisable: false, provenance: inVain(provenance) });
  return refuse(parts, request, { ...refusalOf(choice, planned, isFresh), provenance });
}

function refusalOf(
  choice: Choice,
  planned: Extract<Planned, { kind: 'declines' | 'failed' }>,
  isFresh: boolean,
): Omit<Refused, 'provenance'> {
  const nearest = choice.kind === 'refused' ? choice.nearest : [];
  if (planned.kind === 'failed' || choice.kind === 'chosen' || !isFresh)
    return { reason: 'model-refused', explanation: planned.reason, nearest };
  return { reason: choice.reason, explanation: `${choice.explanation} The model says: ${planned.reason}`, nearest };
}

function fromPlaybook(
  { accepted, salt, revision }: PlanRequest,
  { known, inputs, explanation }: Extract<Choice, { kind: 'chosen' }>,
) {
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
  return { plan: rendered, explanation, provenance: withoutModel() };
}
