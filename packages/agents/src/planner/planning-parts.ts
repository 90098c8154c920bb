import { planDigest, type PlanRequest } from '@duovir/protocol';
import { anonymous } from '../brain/anonymous-findings.ts';
import { flatText } from '../brain/flat-text.ts';
import { planText } from '../brain/plan-text.ts';
import type { Part } from '../brain/thinker.ts';
import type { Candidate } from './candidate.ts';
import { nameOf, type Catalogue, type KnownPlaybook } from './choice.ts';

/** What a planning model is shown: the request, what the packs can do, and what was wrong before. All of it is data. */
export function planningParts(catalogue: Catalogue, request: PlanRequest): Part[] {
  const { accepted, clarification, state, objections } = request;
  const { goal, inputs, playbook, environment, dataClass, target } = accepted.request;
  const known = catalogue.ranked(goal);
  // A draft that is revised is its own example.
  const nearest = objections?.plan.source.draft === undefined ? known[0] : undefined;
  return [
    { label: 'goal', text: goal },
    { label: 'request', text: flatText({ inputs, playbook, target, environment, dataClass }) },
    ...(clarification ? [{ label: 'clarification', text: `${clarification.question}\n${clarification.answer}` }] : []),
    ...(state ? [{ label: 'state', text: flatText(state) }] : []),
    { label: 'playbooks', text: flatText(known.map(outlineOf)) },
    ...(nearest ? [{ label: 'nearest-playbook', text: flatText(nearest.playbook) }] : []),
    ...(objections ? objectionParts(objections) : []),
  ];
}

function outlineOf(known: KnownPlaybook): object {
  const { playbook } = known;
  return {
    name: nameOf(known),
    title: playbook.metadata.title,
    goal: playbook.goal.statement,
    inputs: playbook.inputs,
  };
}

function objectionParts({ plan, findings, answers }: NonNullable<PlanRequest['objections']>): Part[] {
  const text = flatText(anonymous(findings, planDigest(plan), answers));
  return [
    { label: 'previous-plan', text: planText(plan) },
    ...(plan.source.draft === undefined ? [] : [{ label: 'previous-draft', text: flatText(plan.source.draft) }]),
    { label: 'findings', text },
  ];
}

/** What the checks said of the model's own last candidate. */
export function repairParts({ faults, draft }: Extract<Candidate, { kind: 'faulty' }>): Part[] {
  return [
    ...(draft === null ? [] : [{ label: 'your-draft', text: flatText(draft) }]),
    { label: 'faults', text: flatText(faults) },
  ];
}
