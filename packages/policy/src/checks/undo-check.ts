import type { ActionCall, Plan, Step } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';

const effectful: ReadonlySet<string> = new Set([
  'file.write@1',
  'directory.make@1',
  'path.remove@1',
  'command.run@1',
  'service.start@1',
  'service.stop@1',
  'shell.exec@1',
]);

/** Each step with effects proves them, and says how they are undone by the one action that undoes them. */
export function undoFindings(plan: Plan): FindingDraft[] {
  return plan.steps.flatMap((step, index) => [...proofFindings(step, index), ...pairFindings(step, index)]);
}

function proofFindings(step: Step, index: number): FindingDraft[] {
  if (!effectful.has(step.call.action) || step.verify.length > 0) return [];
  return [
    {
      rule: 'check.verify-present',
      severity: 'high',
      step: step.id,
      claim: 'The step changes something and nothing verifies it; the attestor would have nothing to look at.',
      evidence: [pointer('steps', index, 'verify')],
      suggestion: 'Add a probe that fails before the step and succeeds after it.',
    },
  ];
}

function pairFindings(step: Step, index: number): FindingDraft[] {
  const expected = undoOf(step.call);
  if (!expected || step.compensate.kind === 'none') return [];
  const { call } = step.compensate;
  const evidence = [pointer('steps', index, 'compensate', 'call')];
  if (expected.matches(call)) return [];
  return [
    {
      rule: 'check.compensation-pair',
      severity: 'high',
      step: step.id,
      claim: `The compensation of ${step.call.action} is ${call.action}, which does not undo it: ${expected.words}.`,
      evidence,
      suggestion: expected.words,
    },
  ];
}

interface Undo {
  readonly words: string;
  readonly matches: (call: ActionCall) => boolean;
}

function undoOf(call: ActionCall): Undo | undefined {
  switch (call.action) {
    case 'file.write@1':
    case 'directory.make@1': {
      const { path } = call.with;
      return {
        words: `it takes path.remove@1 of ${quote(path)}`,
        matches: (undo) => undo.action === 'path.remove@1' && undo.with.path === path,
      };
    }
    case 'service.start@1': {
      const { name } = call.with;
      return {
        words: `it takes service.stop@1 of ${quote(name)}`,
        matches: (undo) => undo.action === 'service.stop@1' && undo.with.name === name,
      };
    }
    case 'sandbox.open@1':
      return { words: 'it takes sandbox.close@1', matches: (undo) => undo.action === 'sandbox.close@1' };
    default:
      return undefined;
  }
}
