import { pointer, quote } from '@duovir/policy';
import { equals } from '../finding-check.ts';
import type { ReviewRule } from '../rule.ts';

/** From so many on, one service that runs away takes others with it. */
const MANY = 3;
/** Less than this for each, and they are in each other's way without anything going wrong. */
const LEAST_BYTES = 32 * 1024 ** 2;
/** After so many restarts nobody can call it running. */
const MOST_RESTARTS = 10;

export const sharedLimit: ReviewRule = {
  id: 'adversary.shared-limit',
  severity: 'low',
  text: 'One service that runs away does not take all others with it.',
  *look({ plan, services }) {
    for (const [index, { id, call }] of plan.steps.entries()) {
      if (call.action !== 'sandbox.open@1') continue;
      const at = pointer('steps', index, 'call', 'with', 'limits', 'memoryBytes');
      const { memoryBytes } = call.with.limits;
      const isScarce = services.length > 0 && memoryBytes / services.length < LEAST_BYTES;
      yield services.length < MANY && !isScarce
        ? { step: id, at }
        : {
            step: id,
            at,
            severity: isScarce ? 'medium' : 'low',
            claim: `${services.length} services share one limit of ${memoryBytes} bytes: when one of them grows, any of them is killed.`,
            suggestion: 'Give services that must not fall together runs of their own.',
            check: equals(at, memoryBytes),
          };
    }
  },
};

export const hiddenCrashes: ReviewRule = {
  id: 'adversary.hidden-crashes',
  severity: 'medium',
  text: 'A service that keeps crashing is seen to fail: it is not started again and again until a probe finds it running.',
  *look({ plan }) {
    for (const [index, { id, call }] of plan.steps.entries()) {
      if (call.action !== 'service.start@1') continue;
      const at = pointer('steps', index, 'call', 'with', 'restarts');
      yield call.with.restarts <= MOST_RESTARTS
        ? { step: id, at }
        : {
            step: id,
            at,
            claim: `${quote(call.with.name)} may crash ${call.with.restarts} times and still pass for running.`,
            suggestion: `Restart it at most ${MOST_RESTARTS} times.`,
            check: equals(at, call.with.restarts),
          };
    }
  },
};
