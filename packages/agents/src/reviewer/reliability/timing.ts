import { pointer } from '@duovir/policy';
import type { Step } from '@duovir/protocol';
import { equals } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';

const LONGEST_STEP_MS = 15 * 60_000;
const LONGEST_PROOF_MS = 5 * 60_000;

export const timeoutsBounded: ReviewRule = {
  id: 'reliability.timeouts-bounded',
  severity: 'medium',
  text: 'Every wait ends soon enough to be noticed, and an inner wait before the outer one, so that the right cause is named.',
  *look({ plan }) {
    for (const [index, step] of plan.steps.entries()) {
      const at = pointer('steps', index, 'timeoutMs');
      yield { step: step.id, at, ...problemOf(step, at) };
    }
  },
};

function problemOf({ timeoutMs, call, verify }: Step, at: string): Pick<Look, 'claim' | 'suggestion' | 'check'> {
  if (timeoutMs > LONGEST_STEP_MS)
    return {
      claim: `The step may take ${timeoutMs} ms.`,
      suggestion: 'Split it, or end it within 15 minutes.',
      check: equals(at, timeoutMs),
    };
  if (call.action === 'service.start@1' && call.with.ready.timeoutMs >= timeoutMs)
    return {
      claim: 'The step times out before the service is given up as not ready, so the wrong cause would be named.',
      suggestion: 'Let the readiness end first.',
    };
  const slow = verify.find(({ deadlineMs }) => deadlineMs > LONGEST_PROOF_MS);
  return slow
    ? { claim: `The probe ${slow.id} may take ${slow.deadlineMs} ms.`, suggestion: 'End it within 5 minutes.' }
    : {};
}
