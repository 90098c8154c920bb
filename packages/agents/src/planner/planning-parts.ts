import { planDigest, type PlanRequest } from '@duovir/protocol';
import { anonymous } from '../brain/anonymous-findings.ts';
import { planText } from '../brain/plan-text.ts';
import type { Part } from '../brain/thinker.ts';
import type { Candidate } from './candidate.ts';
import { nameOf, type Catalogue, type KnownPlaybook } from './choice.ts';

/** What a planning model is shown: the request, what the packs can do, and what was wrong before. All of it is data. */
export function planningParts(catalogue: Catalogue, request: PlanRequest): Part[] {
  const { accepted, clarification, state, objections } = request;
  const { goal, inputs, playbook, environment, dataClass, target } = accepted.request;
  const known = catalogue.ranked(goal);
  const [nearest] = known;
  return [
    { label: 'goal', text: goal },
    { label: 'request', text: JSON.stringify({ inputs, playbook: playbook ?? null, target, environment, dataClass }) },
    ...(clarification ? [{ label: 'clarification', text: `${clarification.question}\n${clarification.answer}` }] : []),
    ...(state ? [{ label: 'state', text: state.map((seen) => JSON.stringify(seen)).join('\n') }] : []),
    { label: 'playbooks', text: known.map((each) => JSON.stringify(outlineOf(each))).join('\n') },
    ...(nearest ? [{ label: 'nearest-playbook', text: JSON.stringify(nearest.playbook) }] : []),
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

function objectionParts({ plan, findings }: NonNullable<PlanRequest['objections']>): Part[] {
  const text = anonymous(findings, planDigest(plan))
    .map((finding) => JSON.stringify(finding))
    .join('\n');
  return [
    { label: 'previous-plan', text: planText(plan) },
    ...(plan.source.draft === undefined ? [] : [{ label: 'previous-draft', text: JSON.stringify(plan.source.draft) }]),
    { label: 'findings', text },
  ];
}

/** What the checks said of the model's own last candidate. */
export function repairParts({ faults, draft }: Extract<Candidate, { kind: 'faulty' }>): Part[] {
  return [
    ...(draft === null ? [] : [{ label: 'your-draft', text: numbered(draft) }]),
    { label: 'faults', text: faults.map((fault) => JSON.stringify(fault)).join('\n') },
  ];
}

function numbered(text: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index + 1} ${line}`)
    .join('\n');
}
