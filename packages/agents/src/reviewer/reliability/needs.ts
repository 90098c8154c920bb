import { cyclicSteps, needsOf, pointer, quote } from '@duovir/policy';
import type { Plan, Step } from '@duovir/protocol';
import { endpointsOfCall, endpointsOfProbe, servicesAt, type Endpoint } from '../endpoints.ts';
import { equals } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import { mentions } from '../subject.ts';

export const needsComplete: ReviewRule = {
  id: 'reliability.needs-complete',
  severity: 'high',
  text: 'A step needs the steps whose services it talks to and whose files it uses, and no circle of needs exists.',
  *look(subject) {
    const { plan } = subject;
    for (const id of cyclicSteps(plan.steps))
      yield { step: id, at: '/steps', claim: 'The step waits for itself.', suggestion: 'Break the circle of needs.' };
    for (const [index, step] of plan.steps.entries()) {
      const needs = needsOf(plan.steps, step.id);
      const used = [
        ...servicesAt(subject, endpointsUsed(step)).map(({ step: maker, name }) => ({ maker, thing: name })),
        ...pathsNamed(plan, step, usedText(step)),
      ];
      for (const { maker, thing } of used) {
        if (maker.id === step.id) continue;
        yield missingNeed(step, index, needs.has(maker.id) ? undefined : { id: maker.id, thing });
      }
    }
  },
};

function missingNeed(
  step: Step,
  index: number,
  missing: { readonly id: string; readonly thing: string } | undefined,
): Look {
  const at = pointer('steps', index, 'needs');
  return {
    step: step.id,
    at,
    claim: missing && `The step uses ${quote(missing.thing)} but does not need ${quote(missing.id)}, which makes it.`,
    suggestion: missing && `Add ${quote(missing.id)} to its needs.`,
    check: missing && equals(at, step.needs),
  };
}

function endpointsUsed({ call, verify, check }: Step): Endpoint[] {
  return [...endpointsOfCall(call), ...[...verify, ...(check ? [check] : [])].flatMap(endpointsOfProbe)];
}

/** What the step starts and asks: arguments, probes, the folder it works in. */
function usedText({ call, verify, check }: Step): string {
  const own =
    call.action === 'command.run@1' || call.action === 'service.start@1'
      ? [...call.with.argv, call.with.directory]
      : call.action === 'file.write@1' || call.action === 'directory.make@1'
        ? [call.with.path]
        : [];
  return JSON.stringify([own, verify, check ?? null]);
}

/** Earlier steps that write a path this step names, or a folder it works below. */
function pathsNamed(plan: Plan, step: Step, text: string): { readonly maker: Step; readonly thing: string }[] {
  return plan.steps.flatMap((maker) => {
    if (maker.id === step.id) return [];
    if (maker.call.action === 'file.write@1' && mentions(text, maker.call.with.path))
      return [{ maker, thing: maker.call.with.path }];
    if (maker.call.action === 'directory.make@1' && mentions(text, maker.call.with.path))
      return isBelow(maker, step) ? [] : [{ maker, thing: maker.call.with.path }];
    return [];
  });
}

/** A folder above another's is not made by it. */
function isBelow(maker: Step, step: Step): boolean {
  return (
    maker.call.action === 'directory.make@1' &&
    step.call.action === 'directory.make@1' &&
    maker.call.with.path.startsWith(`${step.call.with.path}/`)
  );
}
