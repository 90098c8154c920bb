import { digestOf, type Evidence, type Plan } from '@duovir/protocol';
import { flatText } from './flat-text.ts';
import { planText } from './plan-text.ts';
import type { Part } from './thinker.ts';

/** A motion and its evidence as a model is shown them: all that there is to judge by, and nothing of what others think. */
export function motionParts(plan: Plan, evidence: Evidence): Part[] {
  const { request, riskClass, reasons, checks, diff, dryRun, state, heal } = evidence;
  const { goal, inputs, environment, dataClass, target } = request.request;
  return [
    { label: 'plan', text: planText(plan) },
    { label: 'request', text: flatText({ goal, inputs, target, environment, dataClass }) },
    { label: 'risk', text: flatText({ riskClass, reasons }) },
    ...partOf('checks', checks),
    ...partOf('diff', diff),
    ...partOf('dry-run', dryRun),
    ...partOf('state', state),
    ...(heal ? [{ label: 'heal', text: healText(heal) }] : []),
  ];
}

function partOf(label: string, list: readonly unknown[] | null): Part[] {
  return list === null || list.length === 0 ? [] : [{ label, text: flatText(list) }];
}

function healText({ step, signature, explanation, observation }: NonNullable<Evidence['heal']>): string {
  return flatText({ step, signature, explanation, seen: { id: digestOf(observation), observation } });
}

/** What can be cited besides places of the plan: checks, observations, dry runs. */
export function evidenceIds({ checks, state, dryRun, heal }: Evidence): ReadonlySet<string> {
  return new Set([
    ...checks.map(({ id }) => id),
    ...(state ?? []).map(({ id }) => id),
    ...dryRun.map(({ subject }) => subject),
    ...(heal ? [digestOf(heal.observation)] : []),
  ]);
}
