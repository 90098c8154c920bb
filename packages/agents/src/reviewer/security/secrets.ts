import { pointer, secretsIn } from '@duovir/policy';
import type { ReviewRule } from '../rule.ts';
import { textLeaves } from '../text-leaves.ts';

export const secretLiteral: ReviewRule = {
  id: 'security.secret-literal',
  severity: 'critical',
  text: 'No key, credential, password or card number stands in the plan; secrets are named, never written.',
  *look({ plan }) {
    for (const { path, text } of textLeaves(plan)) {
      const [found] = secretsIn(text);
      const [root, index] = path;
      const step = root === 'steps' && typeof index === 'number' ? (plan.steps[index]?.id ?? null) : null;
      yield {
        step,
        at: pointer(...path),
        claim: found && `There is a ${found.kind.replace('-', ' ')} here.`,
        suggestion: found && 'Name it in `secrets`, and replace the one that was shown.',
      };
    }
  },
};
