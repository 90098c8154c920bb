import {
  planSchema,
  probeSchema,
  stepSchema,
  type Digest,
  type EnvironmentName,
  type Json,
  type Plan,
  type Probe,
  type Step,
} from '@duovir/protocol';
import type * as z from 'zod';
import { AgentError, type DocumentPath } from '../error.ts';
import type { Scope } from './expression.ts';
import { durationMs, type Playbook, type ProbeTemplate, type StepTemplate } from './playbook-schema.ts';
import { renderText, renderValue } from './template.ts';

export const SANDBOX_STEP = 'sandbox';

export interface RenderRequest {
  readonly pack: string;
  readonly packDigest: Digest;
  readonly run: string;
  readonly revision: number;
  readonly salt: string;
  /** The requester's own words. */
  readonly goal: string;
  /** Resolved: every input, checked. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly environment: EnvironmentName;
  readonly dataClass: Plan['dataClass'];
  readonly occupiedPorts: readonly number[];
  /** The playbook's own document, where it is of no pack but was drafted for this one run. */
  readonly draft?: Json | undefined;
}

/** Binds a playbook to its inputs. Pure: the same request gives the same bytes, on every machine. */
export function renderPlaybook(playbook: Playbook, request: RenderRequest): Plan {
  const scope: Scope = { inputs: request.inputs, run: { id: request.run } };
  const plan = {
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run: request.run,
    revision: request.revision,
    salt: request.salt,
    goal: {
      statement: request.goal,
      successCriteria: playbook.goal.successCriteria.map((probe, index) =>
        renderProbe(probe, playbook.environment, scope, ['goal', 'successCriteria', index]),
      ),
    },
    source: {
      pack: request.pack,
      playbook: playbook.metadata.id,
      version: playbook.metadata.version,
      digest: request.packDigest,
      inputs: request.inputs,
      ...(request.draft === undefined ? {} : { draft: request.draft }),
    },
    target: { kind: 'sandbox', id: request.run },
    environment: request.environment,
    dataClass: request.dataClass,
    steps: [sandboxStep(playbook.sandbox, request.occupiedPorts), ...renderSteps(playbook, scope)],
  };
  return parseRendered(planSchema, plan, []);
}

/** The step that every plan begins with. */
export function sandboxStep(sandbox: Playbook['sandbox'], occupiedPorts: readonly number[]): Step {
  return parseRendered(
    stepSchema,
    {
      id: SANDBOX_STEP,
      title: "Open the run's own sandbox",
      call: { action: 'sandbox.open@1', with: { ...sandbox, occupiedPorts } },
      verify: [],
      compensate: { kind: 'none', reason: 'The sandbox and all that is in it end with the run.' },
    },
    ['sandbox'],
  );
}

function renderSteps(playbook: Playbook, scope: Scope): Step[] {
  const steps: Step[] = [];
  /** What stands for a step of the playbook: its own steps, or, where it was left out, what it needed. */
  const standIns = new Map<string, readonly string[]>([[SANDBOX_STEP, [SANDBOX_STEP]]]);
  let previous = SANDBOX_STEP;
  for (const [index, template] of playbook.steps.entries()) {
    const path = ['steps', index];
    const needs = (template.needs ?? [previous]).flatMap((need) => {
      const standIn = standIns.get(need);
      if (!standIn) throw new AgentError('playbook-render', `There is no earlier step ${need}.`, [...path, 'needs']);
      return standIn;
    });
    const kept = scopesOf(template, scope, path).map((own) => renderStep(template, playbook, own, needs, path));
    steps.push(...kept);
    standIns.set(template.id, kept.length > 0 ? kept.map(({ id }) => id) : needs);
    previous = template.id;
  }
  return steps;
}

type OwnScope = { readonly suffix: string; readonly scope: Scope };

/** One scope for each time the step is made: none, one, or one for each item. */
function scopesOf(template: StepTemplate, scope: Scope, path: DocumentPath): OwnScope[] {
  const items = itemsOf(template, scope, path);
  const own = items
    ? items.map((item, index) => ({ suffix: `-${index + 1}`, scope: { ...scope, item, index: index + 1 } }))
    : [{ suffix: '', scope }];
  return own.filter((each) => isWanted(template, each.scope, path));
}

function itemsOf(template: StepTemplate, scope: Scope, path: DocumentPath): readonly Json[] | undefined {
  const source = template['for-each'];
  if (source === undefined) return undefined;
  const items = renderValue(source, scope, [...path, 'for-each']);
  if (Array.isArray(items)) return items;
  throw new AgentError('playbook-render', 'for-each needs a list.', [...path, 'for-each']);
}

function isWanted(template: StepTemplate, scope: Scope, path: DocumentPath): boolean {
  if (template.if === undefined) return true;
  const wanted = renderText(template.if, scope, [...path, 'if']);
  if (typeof wanted === 'boolean') return wanted;
  throw new AgentError('playbook-render', 'if needs a boolean.', [...path, 'if']);
}

function renderStep(
  template: StepTemplate,
  playbook: Playbook,
  { suffix, scope }: OwnScope,
  needs: readonly string[],
  path: DocumentPath,
): Step {
  const { environment } = playbook;
  const { compensate } = template;
  const step = {
    id: `${template.id}${suffix}`,
    title: renderText(template.name, scope, [...path, 'name']),
    call: renderCall(template, environment, scope, path),
    needs,
    ...(template.check ? { check: renderProbe(template.check, environment, scope, [...path, 'check']) } : {}),
    verify: template.verify.map((probe, index) => renderProbe(probe, environment, scope, [...path, 'verify', index])),
    compensate:
      'none' in compensate
        ? { kind: 'none', reason: compensate.none }
        : { kind: 'action', call: renderCall(compensate, environment, scope, [...path, 'compensate']) },
    settings: renderValue(template.settings, scope, [...path, 'settings']),
    timeoutMs: durationMs(template.timeout),
    onFailure: template.onFailure,
  };
  return parseRendered(stepSchema, step, path);
}

type Environment = Readonly<Record<string, string>>;
const WITH_ENVIRONMENT: readonly string[] = ['command.run@1', 'service.start@1', 'command.probe@1'];

function renderCall(
  { uses, with: input }: { readonly uses: string; readonly with: Readonly<Record<string, Json>> },
  environment: Environment,
  scope: Scope,
  path: DocumentPath,
): { action: string; with: Json } {
  const rendered = renderValue(input, scope, [...path, 'with']) as Readonly<Record<string, Json>>;
  if (!WITH_ENVIRONMENT.includes(uses)) return { action: uses, with: rendered };
  const own = rendered['environment'] as Readonly<Record<string, Json>> | undefined;
  return { action: uses, with: { ...rendered, environment: { ...environment, ...own } } };
}

/** Also renders the confirm probes of signatures, whose scope is their captures. */
export function renderProbe(
  template: ProbeTemplate,
  environment: Environment,
  scope: Scope,
  path: DocumentPath,
): Probe {
  const probe = {
    id: renderText(template.id, scope, [...path, 'id']),
    ...renderCall(template, environment, scope, path),
    expect: renderValue(template.expect, scope, [...path, 'expect']),
    ...(template.interval === undefined ? {} : { intervalMs: durationMs(template.interval) }),
    ...(template.deadline === undefined ? {} : { deadlineMs: durationMs(template.deadline) }),
  };
  return parseRendered(probeSchema, probe, path);
}

function parseRendered<Schema extends z.ZodType>(schema: Schema, value: unknown, path: DocumentPath): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const within = (issue?.path ?? []).filter((part) => typeof part !== 'symbol').filter((part) => part !== 'call');
  const field = within.length > 0 ? `${within.join('.')}: ` : '';
  throw new AgentError('playbook-render', `${field}${issue?.message ?? 'The playbook renders to no plan'}.`, [
    ...path,
    ...within,
  ]);
}
