import { pointer, quote } from '@duovir/policy';
import type { ActionCall, Step } from '@duovir/protocol';
import { contains, equals } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import { isOwn, makesPath, removalsOf } from './effect.ts';

export const takesForeign: ReviewRule = {
  id: 'adversary.takes-foreign',
  severity: 'high',
  text: 'Nothing is deleted, dropped or emptied that the plan has not made itself.',
  *look({ plan }) {
    for (const [index, step] of plan.steps.entries())
      for (const removal of removalsOf(step.call)) {
        const at = placeOf(step.call, index, 'call');
        yield isOwn(plan, step.id, removal)
          ? { step: step.id, at }
          : {
              step: step.id,
              at,
              claim: `The step takes away ${quote(removal.name)}, which no step of this plan has made; what was in it is lost.`,
              suggestion: 'Keep a copy under another name first, and let its compensation put it back.',
              check: contains(at, removal.words),
            };
      }
  },
};

export const undoTakesMore: ReviewRule = {
  id: 'adversary.undo-takes-more',
  severity: 'high',
  text: 'A compensation takes away what its own step has made, and nothing beside or above it.',
  *look({ plan }) {
    for (const [index, { id, call, compensate }] of plan.steps.entries()) {
      if (compensate.kind === 'none') continue;
      const at = placeOf(compensate.call, index, 'compensate', 'call');
      for (const removal of removalsOf(compensate.call)) {
        if (removal.kind === 'object') continue;
        const own = removal.kind === 'path' && makesPath(call, removal.name);
        yield own
          ? { step: id, at }
          : {
              step: id,
              at,
              claim: `Undoing this step takes away ${quote(removal.name)}, which it has not made.`,
              suggestion: 'Take back exactly what the step does.',
              check: contains(at, removal.words),
            };
      }
    }
  },
};

export const noWayBack: ReviewRule = {
  id: 'adversary.no-way-back',
  severity: 'medium',
  text: 'What is changed can be changed back: a stated reason is no compensation.',
  *look({ plan }) {
    for (const [index, { id, call, compensate }] of plan.steps.entries()) {
      if (!leavesSomething(call)) continue;
      const at = pointer('steps', index, 'compensate', 'kind');
      yield compensate.kind === 'action'
        ? { step: id, at }
        : {
            step: id,
            at,
            claim: `When a later step fails, what ${call.action} has done stays behind: ${quote(compensate.reason)}.`,
            suggestion: 'Give the action that takes it back.',
            check: equals(at, 'none'),
          };
    }
  },
};

/** Commands are judged by what they take away; most of them only look. */
function leavesSomething({ action }: ActionCall): boolean {
  return (
    action === 'file.write@1' ||
    action === 'directory.make@1' ||
    action === 'service.start@1' ||
    action === 'shell.exec@1'
  );
}

export const writtenTwice: ReviewRule = {
  id: 'adversary.written-twice',
  severity: 'medium',
  text: 'No file is written by two steps: the second replaces the first in silence, and undoing it removes both.',
  *look({ plan }) {
    for (const [index, step] of plan.steps.entries()) {
      if (step.call.action !== 'file.write@1') continue;
      const { path } = step.call.with;
      const before = plan.steps.slice(0, index).find((earlier) => writes(earlier, path));
      const at = pointer('steps', index, 'call', 'with', 'path');
      yield before
        ? {
            step: step.id,
            at,
            claim: `${quote(path)} is written by ${quote(before.id)} already; undoing this step leaves neither text.`,
            suggestion: 'Write the whole file once.',
            check: equals(at, path),
          }
        : { step: step.id, at };
    }
  },
};

function writes({ call }: Step, path: string): boolean {
  return call.action === 'file.write@1' && call.with.path === path;
}

/** Where the action says what it takes away. */
function placeOf(call: ActionCall, ...segments: readonly [number, ...string[]]): Look['at'] {
  return pointer('steps', ...segments, 'with', ...(call.action === 'path.remove@1' ? ['path'] : []));
}
