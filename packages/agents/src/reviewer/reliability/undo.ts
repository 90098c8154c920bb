import { needsOf, pointer, programKind, quote, resolveCommand } from '@duovir/policy';
import type { ActionCall, Step } from '@duovir/protocol';
import { endpointsOfCall, servicesAt } from '../endpoints.ts';
import { equals } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import { mentions, stepAt } from '../subject.ts';

export const undoneByCompensation: ReviewRule = {
  id: 'reliability.undone-by-compensation',
  severity: 'high',
  text: 'What a step makes, its compensation removes: the folder, the role, the table, the cluster.',
  *look({ plan }) {
    for (const [index, step] of plan.steps.entries()) {
      if (step.call.action === 'sandbox.open@1' || step.call.action === 'sandbox.close@1') continue;
      yield { step: step.id, at: pointer('steps', index, 'compensate'), ...problemOf(step, index) };
    }
  },
  /** The compensation of a step that this one needs runs after its own, and may take back what that leaves. */
  refutedBy({ plan }, { step: id }, { at }) {
    const step = plan.steps.find((candidate) => candidate.id === id);
    const other = /^\/steps\/\d+\/compensate(?:\/|$)/.test(at) ? stepAt(plan, at) : undefined;
    if (!step || other?.compensate.kind !== 'action' || !needsOf(plan.steps, step.id).has(other.id)) return false;
    const { call } = other.compensate;
    const left = leftBehind(step);
    return left.length > 0 && left.every((made) => undoes(call, made) || isAround(call, made));
  },
};

/** What is still there after the step and its own compensation. */
function leftBehind({ call, compensate }: Step): Made[] {
  if (call.action !== 'command.run@1') return [];
  return madeBy(call.with.argv).filter((made) => compensate.kind === 'none' || !undoes(compensate.call, made));
}

function problemOf(step: Step, index: number): Pick<Look, 'claim' | 'severity' | 'suggestion' | 'check'> {
  const { call, compensate } = step;
  if (compensate.kind === 'none')
    return changes(call)
      ? {
          severity: 'medium',
          claim: `${call.action} changes something, and the plan says only why it is not undone: ${quote(compensate.reason)}.`,
          suggestion: 'Give the action that undoes it.',
          check: equals(pointer('steps', index, 'compensate', 'kind'), 'none'),
        }
      : {};
  const [missing] = leftBehind(step);
  if (!missing) return {};
  return {
    claim: `The step makes ${quote(missing.name)}, and its compensation does not remove it.`,
    suggestion: missing.kind === 'folder' ? `Remove ${missing.name} with path.remove@1.` : `Undo ${missing.name}.`,
  };
}

function changes(call: ActionCall): boolean {
  if (call.action !== 'command.run@1') return call.action !== 'path.remove@1' && call.action !== 'service.stop@1';
  const command = resolveCommand(call.with.argv);
  if (command.kind === 'opaque') return true;
  const checksOnly = command.name === 'nginx' && command.arguments.includes('-t');
  return programKind(command.name) !== 'reads' && !checksOnly;
}

interface Made {
  readonly kind: 'folder' | 'object' | 'cluster';
  readonly name: string;
}

/** What the programs of the catalogue leave behind, as far as their arguments say it. */
function madeBy(argv: readonly string[]): Made[] {
  const command = resolveCommand(argv);
  if (command.kind === 'opaque') return [];
  const text = command.arguments.join(' ');
  switch (command.name) {
    case 'initdb':
    case 'pg_basebackup': {
      const folder = /(?:--pgdata=|--pgdata |-D ?)(\S+)/.exec(text)?.[1];
      return folder === undefined ? [] : [{ kind: 'folder', name: folder }];
    }
    case 'mkdir':
      return command.arguments.filter((word) => word.startsWith('/')).map((name) => ({ kind: 'folder', name }));
    case 'psql':
      return [
        ...text.matchAll(
          /\bcreate\s+(?:table|role|user|database|schema|index|extension)\s+(?:if\s+not\s+exists\s+)?"?(\w+)/gi,
        ),
        ...text.matchAll(/\bpg_create_\w+_slot\(\s*'(\w+)'/gi),
      ].map(([, name = '']) => ({ kind: 'object', name }));
    case 'redis-cli':
      return /--cluster create\b/.test(text) ? [{ kind: 'cluster', name: 'the cluster' }] : [];
    default:
      return [];
  }
}

function undoes(call: ActionCall, { kind, name }: Made): boolean {
  if (kind === 'folder') return call.action === 'path.remove@1' && call.with.path === name;
  if (call.action !== 'command.run@1') return false;
  const text = call.with.argv.join(' ');
  if (kind === 'cluster') return /\bcluster\s+(?:reset|del-node|forget)\b/.test(text);
  return /\bdrop\b|\bpg_drop_/i.test(text) && mentions(text.replaceAll(/['"]/g, ' '), name);
}

function isAround(call: ActionCall, { kind, name }: Made): boolean {
  return kind === 'folder' && call.action === 'path.remove@1' && name.startsWith(`${call.with.path}/`);
}

export const undoOrder: ReviewRule = {
  id: 'reliability.undo-order',
  severity: 'high',
  text: 'Newest first, a compensation still finds running what it talks to.',
  *look(subject) {
    for (const [index, step] of subject.plan.steps.entries()) {
      if (step.compensate.kind !== 'action' || step.compensate.call.action !== 'command.run@1') continue;
      for (const service of servicesAt(subject, endpointsOfCall(step.compensate.call))) {
        const found = needsOf(subject.plan.steps, step.id).has(service.step.id);
        yield {
          step: step.id,
          at: pointer('steps', index, 'compensate', 'call', 'with', 'argv'),
          claim: found
            ? undefined
            : `The compensation talks to ${service.name}, which this step does not need and which may be stopped by then.`,
          suggestion: found ? undefined : `Add ${quote(service.step.id)} to the needs of the step.`,
        };
      }
    }
  },
};
