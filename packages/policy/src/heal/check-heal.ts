import { planSchema, type FindingDetail, type HealEnvelope, type Plan } from '@duovir/protocol';
import { numberFindings, type FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import { differences, type Difference } from './difference.ts';
import { isPortReplaced } from './replaced-port.ts';

export interface HealCheck {
  /** The plan that is in force. */
  readonly previous: Plan;
  /** The revised plan, as the healer sent it. */
  readonly next: unknown;
  readonly envelope: HealEnvelope;
  /** Names of the inputs the healer says it changed; checked against what really changed. */
  readonly patchedInputs?: readonly string[];
}

/**
 * Whether a patch is nothing but one input's new value inside the envelope, carried through to wherever the old value
 * stood (Invariant 5). Every finding denies: a patch that does more is a new plan and takes the whole way.
 */
export function checkHeal(check: HealCheck): FindingDetail[] {
  const parsed = planSchema.safeParse(check.next);
  if (!parsed.success) return numberFindings([denial('heal.schema', null, 'The patch is not a plan.', '/')]);
  const changed = differences(check.previous, parsed.data);
  const inputs = changed.filter(({ path }) => path[0] === 'source' && path[1] === 'inputs');
  const patch = portPatch(inputs);
  return numberFindings([
    ...revisionFindings(check.previous, parsed.data),
    ...inputFindings(check, inputs, patch),
    ...environmentFindings(check),
    ...changed
      .filter((difference) => !inputs.includes(difference) && !isBookkeeping(difference))
      .filter((difference) => !patch || !follows(difference, patch))
      .map((difference) =>
        denial(
          'heal.unrelated-change',
          stepOf(check.previous, difference),
          'The patch changes something else than the old value into the new one.',
          pointer(...difference.path),
        ),
      ),
  ]);
}

interface PortPatch {
  readonly from: number;
  readonly to: number;
}

function portPatch(inputs: readonly Difference[]): PortPatch | undefined {
  const [only, ...more] = inputs;
  if (!only || more.length > 0 || !isPort(only.previous) || !isPort(only.next)) return undefined;
  return { from: only.previous, to: only.next };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isBookkeeping({ path }: Difference): boolean {
  return path.length === 1 && (path[0] === 'revision' || path[0] === 'salt');
}

/** Places that mean a port, or text with a port in it. Limits, times, exit codes and identities are never such places. */
const fixed =
  /(?:^|\.)(?:limits|timeoutMs|graceMs|intervalMs|deadlineMs|restarts|exit|status|requests|id|needs|action|occupiedPorts|mode|secrets|hosts|sha256|name)(?:\.|$)/;

function follows({ path, previous, next }: Difference, { from, to }: PortPatch): boolean {
  const [root, second] = path;
  if (root !== 'steps' && !(root === 'goal' && second === 'successCriteria')) return false;
  const names = path.filter((segment) => typeof segment === 'string').join('.');
  if (fixed.test(names)) return false;
  if (typeof previous === 'number') return previous === from && next === to;
  return typeof previous === 'string' && typeof next === 'string' && isPortReplaced(previous, next, from, to);
}

function revisionFindings(previous: Plan, next: Plan): FindingDraft[] {
  if (next.revision === previous.revision + 1) return [];
  return [denial('heal.revision', null, 'A patch is the next revision of the plan it changes.', '/revision')];
}

function inputFindings(check: HealCheck, inputs: readonly Difference[], patch: PortPatch | undefined): FindingDraft[] {
  const { envelope, patchedInputs } = check;
  const names = [...new Set(inputs.map(({ path }) => String(path[2])))];
  const [name] = names;
  if (names.length !== 1 || name === undefined)
    return [
      denial('heal.one-input', null, `A patch changes one input; this one changes ${names.length}.`, '/source/inputs'),
    ];
  const at = pointer('source', 'inputs', name);
  const findings: FindingDraft[] = [];
  if (patchedInputs && (patchedInputs.length !== 1 || patchedInputs[0] !== name))
    findings.push(denial('heal.patch-claim', null, 'The patch changes another input than the healer says.', at));
  if (!envelope.inputs.includes(name))
    findings.push(denial('heal.input-allowed', null, `The envelope does not allow to change ${quote(name)}.`, at));
  if (!patch) findings.push(denial('heal.port-value', null, 'The input is not changed from one port to another.', at));
  else if (patch.to < envelope.range.from || patch.to > envelope.range.to)
    findings.push(
      denial(
        'heal.range',
        null,
        `${patch.to} is outside the agreed range ${envelope.range.from} to ${envelope.range.to}.`,
        at,
      ),
    );
  return findings;
}

function environmentFindings({ previous, envelope }: HealCheck): FindingDraft[] {
  if (envelope.environments.includes(previous.environment)) return [];
  return [denial('heal.environment', null, `The envelope does not hold for ${previous.environment}.`, '/environment')];
}

function stepOf(plan: Plan, { path }: Difference): string | null {
  return path[0] === 'steps' && typeof path[1] === 'number' ? (plan.steps[path[1]]?.id ?? null) : null;
}

function denial(rule: string, step: string | null, claim: string, at: string): FindingDraft {
  return {
    rule,
    severity: 'critical',
    step,
    claim,
    evidence: [at],
    suggestion: 'Patch one input inside the envelope, and nothing else.',
  };
}
