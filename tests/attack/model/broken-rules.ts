import type { Ballot } from '@duovir/protocol';
import { soundRules, type Rules } from './runner.ts';

/** Counts what was said instead of who said it. */
function countEachWord({ rule, opinions, approvals, policy }: Ballot): void {
  const groups = new Set(
    opinions.map(({ principal }) => policy.principals.find(({ name }) => name === principal)?.group),
  );
  const approving = [...opinions, ...approvals].filter(({ verdict }) => verdict === 'approve').length;
  const isVetoed =
    opinions.some(({ findings }) => findings.length > 0) || approving < opinions.length + approvals.length;
  if (!rule || isVetoed || approving < rule.approvals || approvals.length < rule.people || groups.size === 0)
    throw Object.assign(new Error('not carried'), { code: 'opinion-missing' });
}

/** Runners with one planted fault each: a checker that does not find them would find nothing. */
export const brokenRules: Readonly<Record<string, { readonly rules: Rules; readonly fault: RegExp }>> = {
  'counts one principal twice': {
    rules: { ...soundRules, allowsTwice: true, count: countEachWord },
    fault: /fewer than two|one group alone/,
  },
  'marks a permit as used after it was executed': {
    rules: { ...soundRules, marks: 'after' },
    fault: /used twice/,
  },
  'does not compare the versions of trust policies': {
    rules: { ...soundRules, comparesVersions: false },
    fault: /older trust policy|policy from before|too late/,
  },
  'believes who was enrolled once': {
    rules: { ...soundRules, asksTheNewest: false },
    fault: /had been revoked/,
  },
  'does not look again before it begins': {
    rules: { ...soundRules, looksAgain: false },
    fault: /meanwhile/,
  },
};
