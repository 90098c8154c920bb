import { pointer } from '@duovir/policy';
import type { ActionCall, Plan, Probe } from '@duovir/protocol';

/** An argument vector somewhere in the plan. */
export interface Invocation {
  readonly step: string | null;
  /** JSON pointer of the object that holds `argv`. */
  readonly at: string;
  readonly argv: readonly string[];
  readonly stdin: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Of actions, compensations, checks, probes and the goal, in the order of the plan. */
export function* invocations(plan: Plan): Iterable<Invocation> {
  for (const [index, { id, call, compensate, check, verify }] of plan.steps.entries()) {
    yield* ofCall(call, id, pointer('steps', index, 'call', 'with'));
    if (compensate.kind === 'action')
      yield* ofCall(compensate.call, id, pointer('steps', index, 'compensate', 'call', 'with'));
    if (check) yield* ofProbe(check, id, pointer('steps', index, 'check', 'with'));
    for (const [at, probe] of verify.entries())
      yield* ofProbe(probe, id, pointer('steps', index, 'verify', at, 'with'));
  }
  for (const [at, probe] of plan.goal.successCriteria.entries())
    yield* ofProbe(probe, null, pointer('goal', 'successCriteria', at, 'with'));
}

function* ofCall(call: ActionCall, step: string, at: string): Iterable<Invocation> {
  if (call.action === 'command.run@1')
    yield { step, at, argv: call.with.argv, stdin: call.with.stdin, environment: call.with.environment };
  if (call.action === 'service.start@1')
    yield { step, at, argv: call.with.argv, stdin: undefined, environment: call.with.environment };
}

function* ofProbe(probe: Probe, step: string | null, at: string): Iterable<Invocation> {
  if (probe.action === 'command.probe@1')
    yield { step, at, argv: probe.with.argv, stdin: undefined, environment: probe.with.environment };
}
