import { pointer } from '@duovir/policy';
import type { Limits } from '@duovir/protocol';
import { equals } from '../finding-check.ts';
import type { ReviewRule } from '../rule.ts';

/** What the work of one run plausibly needs; the policy's own maximum lies above. */
const plausible: Limits = {
  memoryBytes: 4 * 1024 ** 3,
  processes: 512,
  cpuPercent: 400,
  workspaceBytes: 8 * 1024 ** 3,
};

export const limitsSet: ReviewRule = {
  id: 'security.limits-set',
  severity: 'medium',
  text: 'The sandbox has limits that a runaway or hostile step would meet soon.',
  *look({ plan }) {
    for (const [index, { id, call }] of plan.steps.entries()) {
      if (call.action !== 'sandbox.open@1') continue;
      for (const name of Object.keys(plausible) as (keyof Limits)[]) {
        const at = pointer('steps', index, 'call', 'with', 'limits', name);
        const wide = call.with.limits[name] > plausible[name];
        yield {
          step: id,
          at,
          claim: wide ? `${name} of ${call.with.limits[name]} is more than any known service needs.` : undefined,
          suggestion: wide ? `Use at most ${plausible[name]}.` : undefined,
          check: wide ? equals(at, call.with.limits[name]) : undefined,
        };
      }
    }
  },
};
