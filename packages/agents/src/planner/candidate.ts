import { checkPlan, isDenied, pointer } from '@duovir/policy';
import {
  digestOf,
  type BoundPlaceholder,
  type Digest,
  type FindingDetail,
  type Json,
  type Plan,
  type PlanRequest,
  type TrustPolicy,
} from '@duovir/protocol';
import { AgentError } from '../error.ts';
import { DRAFT_PACK, playbookDocument } from '../draft/draft-playbook.ts';
import { checkDraft } from '../draft/stored-draft.ts';
import { withPlaceholders } from '../draft/used-placeholders.ts';
import { resolveInputs } from '../playbook/input-values.ts';
import type { Playbook } from '../playbook/playbook-schema.ts';
import { renderPlaybook } from '../playbook/render.ts';
import type { Catalogue } from './choice.ts';
import { givenInputs } from './given-input.ts';
import type { PlannerAnswer } from './planner-answer.ts';
import { readingPlan } from './reading-plan.ts';

/** Something wrong with a candidate, for the model that wrote it. */
export interface Fault {
  readonly at: string;
  readonly claim: string;
  readonly suggestion?: string | undefined;
}

export type Candidate =
  | { readonly kind: 'sound'; readonly purpose: 'plan' | 'reading'; readonly plan: Plan; readonly explanation: string }
  /** `draft`: the document the places of the faults are in. */
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[]; readonly draft: Json };

export interface Bench {
  readonly catalogue: Catalogue;
  readonly policy: TrustPolicy;
  readonly request: PlanRequest;
  /** Placeholders the model was shown or has used so far. */
  readonly placeholders: readonly BoundPlaceholder[];
}

type Proposal = Exclude<PlannerAnswer, { kind: 'refuse' | 'question' }>;

const MAX_FAULTS = 32;

/** What a model proposes goes through the checks of every pack, the renderer of every pack, and the checkers. */
export function candidateFrom(proposal: Proposal, bench: Bench): Candidate {
  if (proposal.kind === 'playbook') return fromPlaybook(proposal, bench);
  if (proposal.kind === 'read') return fromReading(proposal, bench);
  const document = playbookDocument(proposal);
  const checked = checkDraft(document);
  if (checked.kind === 'problems')
    return faulty(
      checked.problems.map(({ at, message, remedy }) => ({ at, claim: message, suggestion: remedy })),
      document,
    );
  const digest = digestOf(document);
  return rendered(
    { playbook: checked.playbook, pack: DRAFT_PACK, digest, draft: document },
    {},
    proposal.explanation,
    bench,
  );
}

function fromPlaybook(
  { playbook: name, inputs, explanation }: Extract<PlannerAnswer, { kind: 'playbook' }>,
  bench: Bench,
): Candidate {
  const known = bench.catalogue.named(name);
  if (!known) return faulty([{ at: 'playbook', claim: `There is no playbook ${name}.` }], null);
  const given = givenInputs(known.playbook.inputs, inputs);
  const source = { playbook: known.playbook, pack: known.pack.id, digest: known.pack.digest };
  return rendered(source, given, explanation, bench);
}

interface Source {
  readonly playbook: Playbook;
  readonly pack: string;
  readonly digest: Digest;
  readonly draft?: Json;
}

/** The requester's own inputs win over what a model says they are. */
function rendered(
  { playbook, pack, digest, draft }: Source,
  given: Readonly<Record<string, Json>>,
  explanation: string,
  bench: Bench,
): Candidate {
  const { request } = bench;
  const { accepted, salt, revision } = request;
  const resolved = resolveInputs(playbook.inputs, { ...given, ...accepted.request.inputs });
  if (resolved.kind === 'invalid')
    return faulty(
      resolved.problems.map(({ input, why }) => ({ at: `inputs.${input}`, claim: why })),
      draft ?? null,
    );
  return held(bench, draft ?? null, () => ({
    purpose: 'plan',
    explanation,
    plan: renderPlaybook(playbook, {
      pack,
      packDigest: digest,
      run: accepted.run,
      revision,
      salt,
      goal: accepted.request.goal,
      inputs: resolved.inputs,
      environment: accepted.request.environment,
      dataClass: accepted.request.dataClass,
      occupiedPorts: accepted.request.occupiedPorts,
      draft,
    }),
  }));
}

function fromReading(reading: Extract<PlannerAnswer, { kind: 'read' }>, bench: Bench): Candidate {
  const { explanation } = reading;
  return held(bench, null, () => ({ purpose: 'reading', explanation, plan: readingPlan(reading, bench.request) }));
}

type Sound = Extract<Candidate, { kind: 'sound' }>;

/** Holds what is rendered to the checkers that every motion meets. */
function held({ request, policy, placeholders }: Bench, draft: Json, render: () => Omit<Sound, 'kind'>): Candidate {
  try {
    const made = render();
    const plan = withPlaceholders(made.plan, placeholders);
    const findings = checkPlan(plan, { request: request.accepted, policy });
    return isDenied(findings) ? faulty(findings.map(faultOf), draft) : { kind: 'sound', ...made, plan };
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return faulty([{ at: pointer(...error.path), claim: error.message, suggestion: error.remedy }], draft);
  }
}

function faultOf({ step, claim, evidence, suggestion }: FindingDetail): Fault {
  return { at: [...(step === null ? [] : [`step ${step}`]), ...evidence].join(', '), claim, suggestion };
}

function faulty(faults: readonly Fault[], draft: Json): Candidate {
  return { kind: 'faulty', faults: faults.slice(0, MAX_FAULTS), draft };
}
